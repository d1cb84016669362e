import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseConfig } from "../config.ts";
import { openStore } from "../store/embedded-store.ts";
import { createSealer } from "../store/sealed.ts";
import type { Store } from "../store/store.ts";
import { resealTokens } from "./reseal.ts";

let store: Store;
beforeAll(async () => {
	store = await openStore(undefined);
});
afterAll(() => store.close());

const key = () => randomBytes(32).toString("base64");
const withKeys = (...keys: string[]) => parseConfig({ TAGALONG_ENCRYPTION_KEYS: keys.join(",") });

test("a process that starts with a newer key puts kept tokens under it, and says what it can't open", async () => {
	const [old, newest, lost] = [key(), key(), key()];
	const kept = (keys: string) => store.installations(createSealer(withKeys(keys).encryptionKeys));
	await kept(old).keep({ platform: "slack", workspace: "T1" }, { botToken: "token-1" }, new Date());
	await kept(lost).keep({ platform: "slack", workspace: "T2" }, { botToken: "token-2" }, new Date());
	const lines: string[] = [];
	const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });

	await resealTokens(withKeys(newest, old), store, log);
	// The old key can be taken out of the configuration now.
	expect(await kept(newest).of({ platform: "slack", workspace: "T1" })).toEqual({ botToken: "token-1" });
	expect(lines.map((line) => JSON.parse(line))).toMatchObject([
		{ level: 30, resealed: 1 },
		{ level: 50, msg: expect.stringContaining("T2") },
	]);
	expect(lines.join()).not.toMatch(/token-[12]/);
});
