/**
 * Answers that are given in the response to an interaction itself. What shows its answer at once is answered by the port
 * before there is a message to edit: it leaves the answer here, for whoever is about to respond.
 */
import type { APIInteractionResponseCallbackData } from "discord.js";
import type { ChatEvent } from "../event.ts";

export type OwnResponses = ReturnType<typeof createOwnResponses>;

/** Shared by a process's port and its way in, HTTP or gateway. */
export function createOwnResponses() {
	const awaited = new Map<string, APIInteractionResponseCallbackData | undefined>();

	return {
		/** @returns what was given for the event of this key by the time `work` was done, if anything was */
		async during(key: string, work: () => Promise<unknown>): Promise<APIInteractionResponseCallbackData | undefined> {
			awaited.set(key, undefined);
			try {
				await work();
				return awaited.get(key);
			} finally {
				awaited.delete(key);
			}
		},

		/**
		 * Leaves the answer to an event for its response.
		 * @param message without files, which a response carries none of
		 * @returns false if none is about to be made: it was given already, or it is another process's
		 */
		give({ key }: Pick<ChatEvent, "key">, message: APIInteractionResponseCallbackData): boolean {
			if (!awaited.has(key)) return false;
			awaited.set(key, message);
			return true;
		},
	};
}
