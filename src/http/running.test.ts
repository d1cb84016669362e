import { expect, test } from "vitest";
import { running } from "./running.ts";

test("what was opened is closed in the opposite order", async () => {
	const closed: string[] = [];
	const process = await running(async (onClose) => {
		onClose(async () => closed.push("store"));
		onClose(() => closed.push("server"));
		return { url: "here", greeting: [] };
	});
	expect(process).toMatchObject({ url: "here", greeting: [] });
	await process.close();
	expect(closed).toEqual(["server", "store"]);
});

test("where the start fails, what was opened is closed, and why it failed is told", async () => {
	const closed: string[] = [];
	const opening = running(async (onClose) => {
		onClose(() => closed.push("store"));
		onClose(() => Promise.reject(new Error("the server could not be closed")));
		throw new Error("the queue could not be started");
	});
	await expect(opening).rejects.toThrow("the queue could not be started");
	expect(closed).toEqual(["store"]);
});
