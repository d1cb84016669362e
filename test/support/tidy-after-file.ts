/** Test files share processes (`isolate` in vitest.config.ts): what one changed of its process is put back after it. */
import { afterAll, vi } from "vitest";

afterAll(() => {
	vi.useRealTimers();
	vi.unstubAllEnvs();
	vi.restoreAllMocks();
});
