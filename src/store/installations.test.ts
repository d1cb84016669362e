import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestStore } from "../../test/support/store.ts";
import type { WorkspaceRef } from "../chat/event.ts";
import type { InstallationSecrets } from "./installations.ts";
import { installations } from "./schema.ts";
import { createSealer, type Sealer } from "./sealed.ts";
import type { Store } from "./store.ts";

const older = createSecretKey(randomBytes(32));
const newer = createSecretKey(randomBytes(32));
const noon = new Date("2026-01-02T12:00:00Z");
const evening = new Date("2026-01-02T20:00:00Z");
const home: WorkspaceRef = { platform: "slack", workspace: "T1" };
const elsewhere: WorkspaceRef[] = [
	{ platform: "slack", workspace: "T2" },
	{ platform: "discord", workspace: "T1" },
];
const secrets: InstallationSecrets = {
	botToken: "xoxb-secret",
	botUserId: "U0TESTBOT",
	refreshToken: "xoxe-secret",
	expiresAt: "2026-01-03T00:00:00.000Z",
};

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
	await store.db.delete(installations);
});

const under = (...keys: KeyObject[]) => store.installations(createSealer(keys));
const rows = async () => await store.db.select().from(installations).orderBy(installations.workspace);

describe("a workspace's tokens", () => {
	test("are kept for it alone, and can't be read in the store", async () => {
		const kept = under(newer);
		await kept.keep(home, secrets, noon);
		await kept.keep({ platform: "slack", workspace: "T2" }, { botToken: "xoxb-other-secret" }, evening);
		expect(await kept.of(home)).toEqual(secrets);
		expect(await kept.of({ platform: "slack", workspace: "T2" })).toEqual({ botToken: "xoxb-other-secret" });
		expect(await kept.of({ platform: "discord", workspace: "T1" })).toBeUndefined();
		expect(await kept.of({ platform: "slack", workspace: "T3" })).toBeUndefined();
		const found = await rows();
		expect(found).toHaveLength(2);
		expect(JSON.stringify(found)).not.toMatch(/secret|TESTBOT/);
	});

	test("are replaced when others are kept, and it is still known since when the bot is there", async () => {
		const kept = under(newer);
		await kept.keep(home, secrets, noon);
		await kept.keep(home, { botToken: "xoxb-second" }, evening);
		expect(await kept.of(home)).toEqual({ botToken: "xoxb-second" });
		expect(await rows()).toMatchObject([{ ...home, installedAt: noon }]);
	});

	test("are listed by workspace, still sealed", async () => {
		const kept = under(newer);
		for (const place of [{ platform: "slack", workspace: "T2" } as const, home, ...elsewhere.slice(1)]) {
			await kept.keep(place, secrets, noon);
		}
		expect(await kept.all("slack")).toEqual([
			{ platform: "slack", workspace: "T1", installedAt: noon },
			{ platform: "slack", workspace: "T2", installedAt: noon },
		]);
		expect(await under(older).all("discord")).toEqual([{ platform: "discord", workspace: "T1", installedAt: noon }]);
		expect(await kept.all("local")).toEqual([]);
	});

	test("go when they are removed, or their workspace is forgotten, and no other's do", async () => {
		const kept = under(newer);
		for (const forget of [kept.remove, store.forget.workspace]) {
			for (const place of [home, ...elsewhere]) await kept.keep(place, secrets, noon);
			await forget(home);
			expect(await kept.of(home)).toBeUndefined();
			for (const place of elsewhere) expect(await kept.of(place)).toEqual(secrets);
		}
	});

	test("outlive a channel, a member and what is too old", async () => {
		const kept = under(newer);
		await kept.keep(home, secrets, noon);
		await store.forget.channel({ ...home, channel: "general" });
		await store.forget.member(home, "U1", noon);
		await store.forget.olderThan(evening);
		expect(await kept.of(home)).toEqual(secrets);
	});

	test("that were moved to another workspace's row are not opened there", async () => {
		const kept = under(newer);
		await kept.keep(home, secrets, noon);
		await store.db.update(installations).set({ workspace: "T2" }).where(eq(installations.workspace, "T1"));
		await expect(kept.of({ platform: "slack", workspace: "T2" })).rejects.toMatchObject({ code: "secrets.damaged" });
	});

	test("of another shape are refused without being shown, on the way in and out", async () => {
		const sealer = createSealer([newer]);
		const kept = store.installations(sealer);
		await expect(kept.keep(home, { botToken: "" }, noon)).rejects.toThrow();
		for (const text of ["xoxb-secret", '{"token":"xoxb-secret"}']) {
			await store.db.delete(installations);
			await store.db.insert(installations).values({ ...home, sealed: sealer.seal(text, home), installedAt: noon });
			const refused = expect(kept.of(home)).rejects;
			await refused.toMatchObject({ code: "secrets.unreadable", message: expect.not.stringContaining("secret") });
		}
	});
});

describe("changing keys", () => {
	test("puts every row under the newest, so that the older can go", async () => {
		for (const place of [home, ...elsewhere]) await under(older).keep(place, secrets, noon);
		const both = under(newer, older);
		await both.keep({ platform: "slack", workspace: "T9" }, secrets, noon);
		expect(await both.of(home)).toEqual(secrets);
		expect(await both.reseal()).toEqual({ resealed: 3, problems: [] });
		expect(await both.reseal()).toEqual({ resealed: 0, problems: [] });
		for (const place of [home, ...elsewhere]) expect(await under(newer).of(place)).toEqual(secrets);
		await expect(under(older).of(home)).rejects.toMatchObject({ code: "secrets.unknown-key" });
	});

	test("says which rows can't be opened, leaves them as they are, and does the others", async () => {
		const lost = createSecretKey(randomBytes(32));
		await under(lost).keep({ platform: "discord", workspace: "T0" }, secrets, noon);
		await under(older).keep(home, secrets, noon);
		const before = await rows();
		const { resealed, problems } = await under(newer, older).reseal();
		expect(resealed).toBe(1);
		expect(problems.map(({ code, message }) => [code, message])).toEqual([
			["secrets.unknown-key", expect.stringContaining("discord workspace T0")],
		]);
		expect((await rows())[0]).toEqual(before[0]);
		expect(await under(lost).of({ platform: "discord", workspace: "T0" })).toEqual(secrets);
	});

	test("loses no tokens that are kept at the same moment", async () => {
		await under(older).keep(home, secrets, noon);
		const both = createSealer([newer, older]);
		const fresh = { botToken: "xoxb-fresh" };
		let keeping: Promise<void> | undefined;
		// Others are kept after the row was read, and before it is written.
		const interrupted: Sealer = {
			open: both.open,
			seal(text, owner) {
				keeping ??= store.installations(both).keep(home, fresh, evening);
				return both.seal(text, owner);
			},
		};
		await store.installations(interrupted).reseal();
		await keeping;
		expect(keeping).toBeDefined();
		expect(await under(newer).of(home)).toEqual(fresh);
	});

	test("brings back no tokens that are removed at the same moment", async () => {
		await under(older).keep(home, secrets, noon);
		const both = createSealer([newer, older]);
		let removing: Promise<void> | undefined;
		const interrupted: Sealer = {
			open: both.open,
			seal(text, owner) {
				removing ??= store.installations(both).remove(home);
				return both.seal(text, owner);
			},
		};
		await store.installations(interrupted).reseal();
		await removing;
		expect(removing).toBeDefined();
		expect(await rows()).toEqual([]);
	});

	test("can be done by several processes at once, while others read", async () => {
		const places = Array.from({ length: 20 }, (_, index) => ({ platform: "slack" as const, workspace: `T${index}` }));
		for (const place of places) await under(older).keep(place, { botToken: place.workspace }, noon);
		const reading = places.map(async (place) => (await under(newer, older).of(place))?.botToken);
		const results = await Promise.all([1, 2, 3].map(() => under(newer, older).reseal()));
		expect(await Promise.all(reading)).toEqual(places.map(({ workspace }) => workspace));
		expect(results.reduce((sum, { resealed }) => sum + resealed, 0)).toBe(20);
		for (const place of places) expect(await under(newer).of(place)).toEqual({ botToken: place.workspace });
	});
});
