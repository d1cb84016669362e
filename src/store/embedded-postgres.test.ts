import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import { expect, test } from "vitest";
import { analyzeGrown, openInMemory, tidy } from "./embedded-postgres.ts";
import { readEmptyStore } from "./empty-store.ts";

test("tidied now and then, neither the log nor a table that changes grows for ever", async () => {
	const client = await openInMemory(await readEmptyStore());
	const db = drizzle(client);
	await db.execute("create table t (i int, s text)");
	await db.execute("insert into t select i, repeat('x', 1000) from generate_series(1, 20000) i");
	const used = async () => {
		const { rows } = await db.execute<{ log: string; table: string }>(
			sql`select (select sum(size) from pg_ls_waldir()) as log, pg_table_size('t') as table`,
		);
		return { log: Number(rows[0]?.log), table: Number(rows[0]?.table) };
	};
	const change = async (afterEach: () => Promise<void>) => {
		for (let round = 0; round < 4; round++) {
			await db.execute(sql`update t set s = repeat(${String(round)}, 1000)`);
			await afterEach();
		}
	};

	await change(() => tidy(db));
	const tidied = await used();
	await change(() => tidy(db));
	expect(await used()).toEqual(tidied);
	await change(async () => {});
	const untidied = await used();
	expect(untidied.log).toBeGreaterThan(tidied.log);
	expect(untidied.table).toBeGreaterThan(tidied.table);
	await client.close();
});

test("a table that has grown is looked at anew, one that has hardly changed isn't", async () => {
	const client = await openInMemory(await readEmptyStore());
	const db = drizzle(client);
	/** Rows as the planner takes them to be; -1: it never looked. */
	const known = async () => {
		const { rows } = await db.execute<{ rows: number }>(
			sql`select reltuples as rows from pg_class where relname = 't'`,
		);
		return rows[0]?.rows;
	};
	const grow = async (by: number) => {
		await db.execute(sql`insert into t select generate_series(1, ${by}::int)`);
		// Postgres counts changes at most once a second, unless it is told to.
		await db.execute("select pg_stat_force_next_flush()");
		await analyzeGrown(db);
	};
	await db.execute("create table t (i int)");
	await grow(40);
	expect(await known()).toBe(-1);
	await grow(3000);
	expect(await known()).toBe(3040);
	await grow(100);
	expect(await known()).toBe(3040);
	await client.close();
});
