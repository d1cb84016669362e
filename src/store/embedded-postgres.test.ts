import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/pglite";
import { expect, test } from "vitest";
import { openInMemory, tidy } from "./embedded-postgres.ts";

test("tidied now and then, neither the log nor a table that changes grows for ever", async () => {
	const client = await openInMemory();
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
