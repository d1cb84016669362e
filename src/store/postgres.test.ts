import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { eq, sql } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
	createDatabase,
	dropDatabase,
	findOrInstallPostgres,
	startPostgres,
	type TestPostgres,
} from "../../infra/servers/postgres.ts";
import { channel, command, imagesPosted } from "../../test/support/events.ts";
import { jobId } from "../chat/event.ts";
import { parseLabels } from "../classify/labels.ts";
import { seededRandom } from "../study/seeded-random.ts";
import { migrationsFolder } from "./database.ts";
import { type ImageKey, imagesOf } from "./images.ts";
import { defaultLabelSet } from "./label-sets.ts";
import { openConnections } from "./postgres.ts";
import { openPostgresStore } from "./postgres-store.ts";
import { inspect, tend } from "./postgres-upkeep.ts";
import { images, intake, replies, tags } from "./schema.ts";
import { type Store, storeOn } from "./store.ts";
import { isStoreAway } from "./store-away.ts";
import type { Tag } from "./tags.ts";
import { INDEXED_FROM, nearestByIndex } from "./vector-index.ts";
import type { Cast } from "./votes.ts";

const installed = await findOrInstallPostgres();
const noon = new Date("2026-01-02T12:00:00Z");
const POOLS = 4;
const numbers = (length: number) => Array.from({ length }, (_, index) => index);
const imageOf = (message: string, number = 0): ImageKey => ({ ...channel, message, number });
const vote = (voter: string, order: number, more: Partial<Cast> = {}): Cast => ({
	voter,
	source: "button",
	verdict: { kind: "label", label: "cat" },
	moderator: false,
	order,
	...more,
});
const tag = (message: string, more: Partial<Tag> = {}): Tag => ({
	...imageOf(message),
	version: 1,
	modelId: "x@1",
	scores: [],
	none: 0.1,
	shown: ["cat"],
	examples: 0,
	taggedAt: noon,
	firstSeen: null,
	...more,
});

describe.skipIf(!installed)("on a Postgres server", { timeout: 120_000 }, () => {
	let server: TestPostgres;
	let database: { url: string; name: string };
	let stores: Store[];

	beforeAll(async () => {
		server = await startPostgres(installed ?? "");
	});
	afterAll(() => server?.remove());
	beforeEach(async () => {
		database = await createDatabase(server.url);
		stores = await Promise.all(numbers(POOLS).map(() => openPostgresStore(database.url)));
	});
	afterEach(async () => {
		await Promise.all(stores.map((store) => store.close()));
		await dropDatabase(server.url, database.name);
	});
	/** One of the stores, each of which stands for a process. */
	const by = (index: number): Store => {
		const store = stores[index % POOLS];
		if (!store) throw new Error("no store");
		return store;
	};

	test("processes that start at once bring an empty database to the newest schema once, and can be joined later", async () => {
		const journal: { entries: unknown[] } = JSON.parse(
			readFileSync(join(migrationsFolder, "meta/_journal.json"), "utf8"),
		);
		await (await openPostgresStore(database.url)).close();
		expect(await by(0).db.$count(sql`drizzle.__drizzle_migrations`)).toBe(journal.entries.length);
		await by(0).intake.record(command("1"), noon);
		expect(await by(1).intake.owed()).toEqual([command("1")]);
	});

	describe("many at once", () => {
		test("every vote on an image counts, whoever's process it came by", async () => {
			await by(0).images.record(imagesPosted("m"));
			await Promise.all(numbers(40).map((index) => by(index).votes.cast(imageOf("m"), vote(`person ${index}`, index))));
			const state = (await by(0).votes.ofMessage(channel, "m")).get(0);
			expect(state?.votes).toHaveLength(40);
			expect(state?.agreed?.labels).toEqual(["cat"]);
		});

		test("a yes counts for what was shown, though it began to be counted before that was written down", async () => {
			await by(0).images.record(imagesPosted("m"));
			const { db } = by(0);
			let counted: Promise<unknown> = Promise.resolve();
			await db.transaction(async (tx) => {
				// As `tags.keep` does.
				await tx.select({ message: images.message }).from(images).where(eq(images.message, "m")).for("update");
				counted = by(1).votes.cast(imageOf("m"), vote("mo", 1, { verdict: { kind: "yes" }, moderator: true }));
				await vi.waitUntil(async () => (await waiting(by(2))) === 1);
				await tx.insert(tags).values(tag("m"));
			});
			await counted;
			expect((await by(0).votes.ofMessage(channel, "m")).get(0)?.agreed?.labels).toEqual(["cat"]);
		});

		test("every change of a label set is a version, on top of the one before", async () => {
			await Promise.all(
				numbers(40).map((index) =>
					by(index).labelSets.change(
						channel,
						(now) => ({ ...defaultLabelSet, labels: [...now.labels, ...parseLabels(`label${index}`)] }),
						"mo",
						noon,
					),
				),
			);
			const set = await by(0).labelSets.current(channel);
			expect(set?.version).toBe(40);
			expect(new Set(set?.labels.map(({ text }) => text)).size).toBe(40);
		});

		test("one process claims a reply, one event is new, one outcome stands", async () => {
			const everywhere = numbers(40).flatMap((index) => stores.map((store) => ({ store, index })));
			const counts = async (works: Promise<boolean>[]) => (await Promise.all(works)).filter(Boolean).length;
			const key = (index: number) => ({ ...channel, message: `${index}`, purpose: "autotag" });
			// Backwards in half of the processes.
			const order = everywhere.sort((a, b) =>
				stores.indexOf(a.store) % 2 === 0 ? a.index - b.index : b.index - a.index,
			);
			expect(
				await counts(order.map(async ({ store, index }) => (await store.replies.claim(key(index), noon)).fresh)),
			).toBe(40);
			expect(
				await counts(
					order.map(async ({ store, index }) => (await store.intake.record(command(`${index}`), noon)) === "new"),
				),
			).toBe(40);
			expect(
				await counts(order.map(({ store, index }) => store.intake.settle(jobId(command(`${index}`)), "done", noon))),
			).toBe(40);
			expect(server.lines.filter((line) => line.includes("deadlock detected"))).toEqual([]);
		});

		test("a thousand things at random end, and none was ended for another", async () => {
			const random = seededRandom(5);
			const any = (count: number) => Math.floor(random() * count);
			const message = () => `m${any(6)}`;
			const person = () => `p${any(4)}`;
			const posted = (of: string) => imagesPosted(of, { attachments: numbers(3).map((id) => attachment(`${id}`)) });
			const attachment = (id: string) => ({ id, url: `local:${id}`, name: `${id}.png`, size: 9 });
			const read = (of: string) =>
				imagesOf(posted(of)).map((image) => ({
					...image,
					modelId: "x@1",
					embedding: Float32Array.of(random(), random()),
				}));
			const does: ((store: Store, index: number) => Promise<unknown>)[] = [
				(store) => store.images.record(posted(message())),
				(store, index) => store.intake.record(imagesPosted(message(), { key: `k${index % 50}` }), noon),
				(store) => Promise.all(read(message()).map((image) => store.images.keep(image))),
				async (store) => {
					const [image] = await store.images.ofMessage(channel, message());
					if (image) await store.images.keep(image);
				},
				(store, index) => store.votes.cast({ ...imageOf(message()), number: any(3) }, vote(person(), index)),
				(store) => store.tags.keep(tag(message(), { number: any(3), firstSeen: { message: message(), postedAt: "" } })),
				(store) => store.replies.claim({ ...channel, message: message(), purpose: `${any(5)}` }, noon),
				(store) => store.replies.markPosted({ ...channel, message: message(), purpose: `${any(5)}` }, `${any(99)}`),
				(store, index) => store.intake.settle(jobId(imagesPosted("x", { key: `k${index % 50}` })), "done", noon),
				(store) => store.intake.claim(noon, noon, 1 + any(20)),
				(store) =>
					store.reactions.note(
						channel,
						message(),
						[0, 1, 2].map((number) => ({ number, emoji: "🐱" })),
					),
				(store, index) =>
					store.images.recordFor(jobId(imagesPosted("x", { key: `k${index % 50}` })), posted(message())),
				(store, index) =>
					store.intake.recordNext(jobId(imagesPosted("x", { key: `k${index % 50}` })), command(`k${index}`), noon),
				(store, index) => store.intake.begin(jobId(imagesPosted("x", { key: `k${index % 50}` }))),
				(store, index) => store.intake.beginAlone(jobId(imagesPosted("x", { key: `k${index % 50}` }))),
				(store, index) => store.intake.ended(jobId(imagesPosted("x", { key: `k${index % 50}` }))),
				(store, index) =>
					store.labelSets.change(channel, (now) => ({ ...now, labels: parseLabels(`label${index}`) }), person(), noon),
				(store) => store.settings.change(channel, () => ({ autotag: "on", moderators: [person()] })),
				(store) => store.forget.message(channel, message()),
				(store) => store.forget.member(channel, person(), noon),
				(store) => store.forget.olderThan(new Date(0)),
				(store, index) => (index % 5 === 0 ? store.forget.channel(channel) : store.images.record(posted(message()))),
				(store, index) => (index % 5 === 0 ? store.forget.workspace(channel) : store.images.record(posted(message()))),
			];
			const begin = server.lines.length;
			const done = await Promise.allSettled(
				stores.map(async (store, process) => {
					for (const batch of numbers(25)) {
						await Promise.all(
							numbers(10).map((index) => does[any(does.length)]?.(store, process * 250 + batch * 10 + index)),
						);
					}
				}),
			);
			expect(done.filter(({ status }) => status === "rejected")).toEqual([]);
			expect(server.lines.slice(begin).filter((line) => /ERROR|DETAIL|Process/.test(line))).toEqual([]);
		});

		test("two transactions that wait for each other both end well", async () => {
			const keys = ["a", "b"];
			for (const message of keys) await by(0).replies.claim({ ...channel, message, purpose: "x" }, noon);
			const begin = server.lines.length;
			const touch = (index: number, order: string[]) =>
				by(index).db.transaction(async (tx) => {
					for (const message of order) {
						await tx
							.update(replies)
							.set({ posted: `${index}` })
							.where(eq(replies.message, message));
						await setTimeout(50);
					}
				});
			await Promise.all([touch(0, keys), touch(1, [...keys].reverse())]);
			expect(server.lines.slice(begin).some((line) => line.includes("deadlock detected"))).toBe(true);
			expect(new Set((await by(0).db.select().from(replies)).map(({ posted }) => posted)).size).toBe(1);
		});
	});

	describe("when the server goes away and comes back", () => {
		/** Tries until it works, as a job does. @returns what was acknowledged */
		async function insist<Result>(work: () => Promise<Result>): Promise<Result> {
			for (let tries = 1; ; tries++) {
				try {
					return await work();
				} catch (error) {
					if (tries === 200) throw error;
					await setTimeout(20);
				}
			}
		}

		test.each(["kill", "stop"] as const)(
			"(%s) nothing that was acknowledged is lost, and work goes on by itself",
			async (how) => {
				await by(0).images.record(imagesPosted("m"));
				const recorded: string[] = [];
				const voted: string[] = [];
				let over = false;
				const work = stores.map(async (store, process) => {
					for (let index = 0; !over; index++) {
						const name = `${process}-${index}`;
						await insist(() => store.intake.record(command(name), noon));
						recorded.push(jobId(command(name)));
						await insist(() => store.votes.cast(imageOf("m"), vote(name, index)));
						voted.push(name);
					}
				});
				for (const moment of [1, 2]) {
					await vi.waitUntil(() => recorded.length > 40 * moment, { timeout: 30_000 });
					await server[how]();
					await expect(by(0).ping()).rejects.toThrow(/terminat|ECONNREFUSED/);
					await server.restart();
				}
				const before = recorded.length;
				await vi.waitUntil(() => recorded.length > before + 40, { timeout: 30_000 });
				over = true;
				await Promise.all(work);
				await by(0).ping();
				const kept = new Set((await by(0).db.select({ id: intake.id }).from(intake)).map(({ id }) => id));
				expect(recorded.filter((id) => !kept.has(id))).toEqual([]);
				const voters = new Set((await by(0).votes.ofMessage(channel, "m")).get(0)?.votes.map(({ voter }) => voter));
				expect(voted.filter((voter) => !voters.has(voter))).toEqual([]);
			},
		);

		test("a connection lost between two statements fails its transaction, and nothing else", async () => {
			const ended = by(0).db.transaction(async (tx) => {
				const [own] = await tx.select({ pid: sql<number>`pg_backend_pid()` }).from(sql`(values (1)) as one`);
				await by(1).db.execute(sql`select pg_terminate_backend(${own?.pid})`);
				await setTimeout(100);
				await tx.insert(intake).values({ ...channel, id: "x", receivedAt: noon, enqueuedAt: noon });
			});
			await expect(ended).rejects.toThrow();
			expect(await by(0).intake.isGone("x")).toBe(true);
		});

		test("lost while idle, connections are noted and replaced", async () => {
			const lost: unknown[] = [];
			const store = await openPostgresStore(database.url, { error: (...entry: unknown[]) => void lost.push(entry) });
			await store.ping();
			await by(0).db.execute(sql`
				select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`);
			await vi.waitUntil(() => lost.length > 0);
			await store.ping();
			await store.close();
		});
	});

	test("where nothing can be written it says so, until that is over", async () => {
		const name = sql.identifier(database.name);
		await by(0).db.execute(sql`alter database ${name} set default_transaction_read_only = on`);
		// What connects anew finds it so, as on a standby.
		const { db, close } = openConnections(database.url);
		const store = storeOn(db);
		await expect(store.ping()).rejects.toThrow("the database can only be read");
		const refused = await store.intake.record(command("1"), noon).catch((error) => error);
		expect(isStoreAway(refused)).toBe(true);
		await by(0).db.execute(sql`alter database ${name} reset default_transaction_read_only`);
		await store.ping();
		expect(await store.intake.record(command("1"), noon)).toBe("new");
		await close();
	});

	test("closed, it ends what was begun, and answers no more", async () => {
		const store = await openPostgresStore(database.url);
		const begun = numbers(40).map((index) =>
			store.db.transaction(async (tx) => {
				await tx.execute(sql`select pg_sleep(0.05)`);
				await tx.insert(intake).values({ ...channel, id: `${index}`, receivedAt: noon, enqueuedAt: noon });
			}),
		);
		await store.close();
		await Promise.all(begun);
		expect(await by(0).db.$count(intake)).toBe(40);
		await expect(store.ping()).rejects.toThrow();
	});

	test("the search index is made once while others write, also where an earlier try was ended in the middle", async () => {
		const { db } = by(0);
		await db.execute(sql`
			insert into images (platform, workspace, channel, message, number, attachment, author, posted_at, embedding, model_id)
			select 'local', 'home', 'general', i, 0, '{}', 'ada', now(), array[sin(i), cos(i)]::vector, 'x@1'
			from generate_series(1, ${INDEXED_FROM}::int) as i`);
		await tend(database.url);
		const name = sql`relname like 'images_near_%'`;
		expect(await db.$count(sql`pg_class`, name)).toBe(1);
		const find = () => nearestByIndex(db, "x@1", undefined, Float32Array.of(1, 0), 10);
		expect(await find()).toHaveLength(10);

		// As a server that stopped in the middle leaves it.
		await db.execute(
			sql`update pg_index set indisvalid = false from pg_class where pg_class.oid = indexrelid and ${name}`,
		);
		expect(await find()).toBeUndefined();
		let made = false;
		const making = Promise.all([tend(database.url), tend(database.url)]).finally(() => {
			made = true;
		});
		for (let index = 0; !made; index++) await by(1).images.record(imagesPosted(`late ${index}`));
		await making;
		expect(await db.$count(sql`pg_index, pg_class`, sql`pg_class.oid = indexrelid and indisvalid and ${name}`)).toBe(1);
		expect(await find()).toHaveLength(10);
	});

	describe("a server or database that won't do is refused in words", () => {
		const at = (change: (url: URL) => void) => {
			const url = new URL(database.url);
			change(url);
			return url.href;
		};
		const both = async (url: string) => {
			const [open, look] = await Promise.allSettled([openPostgresStore(url), inspect(url)]);
			expect(open).toEqual(look);
			return open.status === "rejected" ? open.reason.sentence : undefined;
		};

		test("where there is none", async () => {
			const url = at((url) => {
				url.port = "1";
				url.password = "secret";
			});
			expect(await both(url)).toMatch(
				/^Postgres at 127\.0\.0\.1:1\/\w+ can't be reached \(connect ECONNREFUSED 127\.0\.0\.1:1\)\. See that it runs, and that DATABASE_URL names it\.$/,
			);
		});

		test("without the database", async () => {
			expect(await both(at((url) => (url.pathname = "/nowhere")))).toContain('database "nowhere" does not exist');
		});

		test("for a user who may not make tables", async () => {
			const { db } = by(0);
			const empty = await createDatabase(server.url);
			await db.execute(sql`drop role if exists guest`);
			await db.execute(sql`create role guest login`);
			const url = new URL(empty.url);
			url.username = "guest";
			await expect(openPostgresStore(url.href)).rejects.toMatchObject({
				code: "store.refused",
				hint: expect.stringContaining("a user who may make tables and the extension vector"),
			});
			await dropDatabase(server.url, empty.name);
		});

		test("written by a newer version", async () => {
			await by(0).db.execute(
				sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('x', 99999999999999)`,
			);
			expect(await both(database.url)).toContain("was written by a newer version of Tagalong. Update Tagalong");
		});

		test("without pgvector, or with one that is too old", async () => {
			const empty = await createDatabase(server.url);
			const control = join(server.extensions, "vector.control");
			const words = readFileSync(control, "utf8");
			writeFileSync(control, words.replace(/default_version = '.*'/, "default_version = '0.7.4'"));
			expect(await both(empty.url)).toContain("has pgvector 0.7.4, and 0.8 or later is needed");
			renameSync(control, `${control}.away`);
			expect(await both(empty.url)).toContain("has no pgvector. Install pgvector on it");
			writeFileSync(control, words);
			expect(await inspect(empty.url)).toMatch(
				/^Postgres 16\.\d+ answers at .*, with pgvector 0\.8\.\d+, which the first start adds\.$/,
			);
			await dropDatabase(server.url, empty.name);
		});
	});
});

/** Statements that wait for a lock. */
async function waiting(store: Store): Promise<number> {
	return await store.db.$count(sql`pg_stat_activity`, sql`datname = current_database() and wait_event_type = 'Lock'`);
}
