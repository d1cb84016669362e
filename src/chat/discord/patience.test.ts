import { expect, test, vi } from "vitest";
import { LateError, patience } from "./patience.ts";

test("what is done in time is had, and all that isn't has one time together", async () => {
	vi.useFakeTimers();
	try {
		const patiently = patience(2000);
		const after = (ms: number) => new Promise((resolve) => setTimeout(() => resolve(ms), ms));
		const soon = patiently(after(1500));
		await vi.advanceTimersByTimeAsync(1500);
		expect(await soon).toBe(1500);
		const late = expect(patiently(after(1500))).rejects.toThrow(LateError);
		await vi.advanceTimersByTimeAsync(500);
		await late;
		await expect(patiently(after(1))).rejects.toThrow(LateError);
		await expect(patiently(Promise.reject(new Error("down")))).rejects.toThrow("down");
	} finally {
		vi.useRealTimers();
	}
});
