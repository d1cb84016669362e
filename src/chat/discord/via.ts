/** What answering an interaction needs beside its event: it travels in the event, and goes with its outcome. */
import { z } from "zod";
import type { ChatEvent } from "../event.ts";

const viaSchema = z.object({
	application: z.string(),
	/** Good for 15 minutes from the interaction's time. */
	token: z.string(),
	/** The first answer is for the person alone; of a choice: the message with the control is. */
	ephemeral: z.boolean(),
	/** Bytes of a file that the answer may have there. */
	maxFileBytes: z.number().optional(),
});
export type Via = z.infer<typeof viaSchema>;

export function writeVia(via: Via): string {
	return JSON.stringify(via);
}

/** @returns undefined for what came by no interaction */
export function readVia({ via }: Pick<ChatEvent, "via">): Via | undefined {
	return via === undefined ? undefined : viaSchema.parse(JSON.parse(via));
}
