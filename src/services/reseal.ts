/** Brings the tokens that are kept under the newest key, whenever a process with keys starts (docs/operators.md). */
import type { Logger } from "pino";
import type { Config } from "../config.ts";
import { createSealer } from "../store/sealed.ts";
import type { Store } from "../store/store.ts";

/** Never rejects: what can't be opened stays as it is, and is said. */
export async function resealTokens({ encryptionKeys }: Config, store: Store, log: Logger): Promise<void> {
	if (encryptionKeys.length === 0) return;
	try {
		const { resealed, problems } = await store.installations(createSealer(encryptionKeys)).reseal();
		if (resealed > 0) log.info({ resealed }, "tokens are under the newest key now");
		for (const problem of problems) log.error(problem.sentence);
	} catch (error) {
		log.error({ err: error }, "tokens could not be brought under the newest key");
	}
}
