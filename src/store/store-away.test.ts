import { DrizzleQueryError } from "drizzle-orm/errors";
import { expect, test } from "vitest";
import { freePort } from "../../infra/servers/local-server.ts";
import { openConnections } from "./postgres.ts";
import { intake } from "./schema.ts";
import { isStoreAway } from "./store-away.ts";

const ofStatement = (fields: object, message = "no") =>
	new DrizzleQueryError("select 1", [], Object.assign(new Error(message), fields));

test("a server that isn't there is away, for a statement and for a transaction", async () => {
	const { db, close } = openConnections(`postgres://nobody@127.0.0.1:${await freePort()}/none`);
	const errors = await Promise.all([
		db.$count(intake).catch((error) => error),
		db.transaction(async () => {}).catch((error) => error),
	]);
	expect(errors.map(isStoreAway)).toEqual([true, true]);
	await close();
});

test("so is one that shuts down, or breaks off, whatever was made of the error", () => {
	expect(isStoreAway(ofStatement({ code: "57P01" }))).toBe(true);
	expect(isStoreAway(ofStatement({}, "Connection terminated unexpectedly"))).toBe(true);
	expect(isStoreAway(new Error("the job failed", { cause: ofStatement({ code: "ECONNRESET" }) }))).toBe(true);
});

test("so is one that can only be read, and one without room", () => {
	for (const code of ["25006", "53100", "53200", "53300"]) expect(isStoreAway(ofStatement({ code }))).toBe(true);
});

test("so is one that gave no answer in time, or whose connection was lost before", () => {
	expect(isStoreAway(ofStatement({}, "Query read timeout"))).toBe(true);
	const lost = "Client has encountered a connection error and is not queryable";
	expect(isStoreAway(ofStatement({}, lost))).toBe(true);
});

test("a statement that is refused, and a platform that is away, say nothing of the store", () => {
	expect(isStoreAway(ofStatement({ code: "23505" }))).toBe(false);
	expect(isStoreAway(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }))).toBe(false);
	expect(isStoreAway(undefined)).toBe(false);
});
