/** Some test files share processes (`sharing` in vitest.config.ts): what one changed of its process is put back after it. */
import { getGlobalDispatcher } from "undici";
import { afterAll, vi } from "vitest";

// Whichever version of undici is loaded first makes the calls of all of them: the program's own, as in the program.
getGlobalDispatcher();

afterAll(() => {
	vi.useRealTimers();
	vi.unstubAllEnvs();
	vi.restoreAllMocks();
});
