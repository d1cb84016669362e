import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { channel, command, imagesPosted } from "../../test/support/events.ts";
import { jobId } from "../chat/event.ts";
import { openStore } from "./embedded-store.ts";

const noon = new Date("2026-01-02T12:00:00Z");

test("a store in memory answers, and deletes everything about a message at once", async () => {
	const store = await openStore(undefined);
	await store.ping();
	const event = imagesPosted("m");
	const key = { ...channel, message: "m", purpose: "autotag" };
	await store.intake.record(event, noon);
	await store.images.record(event);
	await store.replies.claim(key, noon);

	await store.forget.message(channel, "m");
	expect(await store.images.ofMessage(channel, "m")).toEqual([]);
	expect(await store.intake.begin(jobId(event))).toBeUndefined();
	expect((await store.replies.claim(key, noon)).fresh).toBe(true);

	await store.close();
	await expect(store.ping()).rejects.toThrow();
});

describe("a store in a folder", { timeout: 120_000 }, () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "tagalong-store-"));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	test("is there again when it is opened again, and refuses what it can't read in words", async () => {
		const first = await openStore(folder);
		await first.intake.record(command("1"), noon);
		await expect(openStore(folder)).rejects.toMatchObject({ code: "store.locked" });
		await first.close();

		const second = await openStore(folder);
		expect(await second.intake.owed()).toEqual([command("1")]);
		// As a later version's migration would note itself.
		await second.db.execute(
			sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 99999999999999)`,
		);
		await second.close();

		await expect(openStore(folder)).rejects.toMatchObject({
			code: "store.newer",
			sentence: `The store in ${folder} was written by a newer version of Tagalong. Update Tagalong, or set TAGALONG_DATA_DIR to another folder.`,
		});

		truncateSync(join(folder, "store", "global", "pg_control"), 100);
		const damaged = {
			code: "store.damaged",
			message: `The store in ${join(folder, "store")} can't be opened: it is damaged, or of another version of the database.`,
		};
		await expect(openStore(folder)).rejects.toMatchObject(damaged);

		const before = readdirSync(join(folder, "store", "base"));
		rmSync(join(folder, "store", "PG_VERSION"));
		await expect(openStore(folder)).rejects.toMatchObject(damaged);
		expect(readdirSync(join(folder, "store", "base"))).toEqual(before);
		expect(existsSync(join(folder, "lock"))).toBe(false);
	});
});
