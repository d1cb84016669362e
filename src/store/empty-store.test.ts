import { drizzle } from "drizzle-orm/pglite";
import { expect, test } from "vitest";
import { openInMemory } from "./embedded-postgres.ts";
import { readEmptyStore, writeEmptyStore } from "./empty-store.ts";
import { intake } from "./schema.ts";

test("what the build makes has every table, and nothing in it", async () => {
	await writeEmptyStore();
	const made = await readEmptyStore();
	if (!made) throw new Error("there is none after it was made");
	const client = await openInMemory(made);
	expect(await drizzle(client).$count(intake)).toBe(0);
	await client.close();
});
