import type { LookupAddress, LookupOptions } from "node:dns";
import { expect, test } from "vitest";
import { publicLookup, type Resolve } from "./connect.ts";

const open = { address: "8.8.8.8", family: 4 };
const openSix = { address: "2606:4700:4700::1111", family: 6 };
const inside = { address: "10.0.0.7", family: 4 };

/** What a socket gets when it looks the name up, as node:net asks. */
function ask(resolve: Resolve, options: LookupOptions = { all: true }) {
	return new Promise<string | LookupAddress[]>((settle, fail) => {
		publicLookup(resolve)("images.test", options, (error, address) => (error ? fail(error) : settle(address)));
	});
}

test("a socket gets the public addresses of a name", async () => {
	expect(await ask(async () => [open, openSix])).toEqual([open, openSix]);
	expect(await ask(async () => [open, openSix], {})).toBe("8.8.8.8");
});

test("a name with one private address among public ones is refused", async () => {
	await expect(ask(async () => [open, inside])).rejects.toMatchObject({ code: "fetch.private-address" });
});

test("a name that was public and is private at the next connection is refused then", async () => {
	const answers = [[open], [inside]];
	const resolve = async () => answers.shift() ?? [];
	expect(await ask(resolve)).toEqual([open]);
	await expect(ask(resolve)).rejects.toMatchObject({ code: "fetch.private-address" });
});

test("a name without addresses is unknown, and the resolver's own error is passed on", async () => {
	await expect(ask(async () => [])).rejects.toMatchObject({ code: "fetch.unknown-host" });
	const failure = Object.assign(new Error("no such name"), { code: "ENOTFOUND" });
	await expect(ask(() => Promise.reject(failure))).rejects.toBe(failure);
});
