/** Keeps note of how far the gateway has told, and has asked for what it didn't. */
import type { Logger } from "pino";
import type { Store } from "../../store/store.ts";
import { earlier } from "./gateway-missed.ts";

export interface MarkOptions {
	store: Pick<Store, "gatewayMarks">;
	applicationId: string;
	log: Pick<Logger, "warn">;
	/** Until when all that happened was told and is taken in, by this connection; undefined while that can't be said. */
	toldUntil: () => Date | undefined;
	/** Since when something somewhere could not be read yet; undefined: all was. */
	unreadSince: () => Date | undefined;
	/** Reads what was posted since then, and takes it in. */
	readSince: (since: Date) => Promise<void>;
}

export interface Mark {
	/** Something may not have been told: it is asked for, now or as soon as Discord answers. */
	missing(): void;
	/** Asks for what is missing, or notes how far all is told; to be called now and then. Never rejects. */
	advance(): Promise<void>;
}

export function createMark({ store, applicationId, log, toldUntil, unreadSince, readSince }: MarkOptions): Mark {
	/** In this process; what an earlier one noted is in the store, and what the next one must ask for too. */
	let noted: Date | undefined;
	let isMissing = false;
	let asking: Promise<void> | undefined;

	async function ask(): Promise<void> {
		isMissing = false;
		try {
			const since = noted ?? (await store.gatewayMarks.of("discord", applicationId));
			// The very first time there is nothing that it could have missed.
			if (since) await readSince(since);
		} catch (error) {
			isMissing = true;
			log.warn({ err: error }, "what was missed could not be asked for, and is asked for again");
		}
	}

	async function note(): Promise<void> {
		const until = toldUntil();
		if (!until || (noted && until <= noted)) return;
		try {
			await store.gatewayMarks.move("discord", applicationId, earlier(until, unreadSince()));
			noted = until;
		} catch (error) {
			log.warn({ err: error }, "how far the gateway has told could not be noted");
		}
	}

	return {
		missing() {
			isMissing = true;
		},
		async advance() {
			if (isMissing && !asking) {
				asking = ask().finally(() => {
					asking = undefined;
				});
			}
			if (asking) await asking;
			if (!isMissing && !asking) await note();
		},
	};
}
