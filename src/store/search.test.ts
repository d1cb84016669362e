import { sql } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { channel, imagesPosted } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import { seededRandom } from "../study/seeded-random.ts";
import { imagesOf, type StoredImage } from "./images.ts";
import { images } from "./schema.ts";
import type { SearchScope } from "./search.ts";
import type { Store } from "./store.ts";
import { indexLargeModels, nearestByIndex } from "./vector-index.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());

const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 12, 0, second));
function image(message: string, more: Partial<StoredImage> = {}): StoredImage {
	const [made] = imagesOf(imagesPosted(message));
	if (!made) throw new Error("no image");
	return { ...made, modelId: "x@1", ...more };
}
/** A unit vector in a plane, at so many degrees. */
function towards(degrees: number): Float32Array {
	return Float32Array.of(Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180));
}
const scope = (more: Partial<SearchScope> = {}): SearchScope => ({
	platform: "local",
	workspace: "home",
	channels: ["general"],
	modelId: "x@1",
	...more,
});
const messages = (found: { image: StoredImage }[]) => found.map(({ image }) => image.message);

describe("the nearest images", () => {
	beforeAll(async () => {
		await store.db.delete(images);
		for (const degrees of [10, 80, 30, 170])
			await store.images.keep(image(`at ${degrees}`, { embedding: towards(degrees) }));
		await store.images.keep(image("elsewhere", { channel: "random", embedding: towards(1) }));
		await store.images.keep(image("of another model", { modelId: "y@1", embedding: Float32Array.of(1, 0, 0) }));
		await store.images.keep(image("unread", { modelId: null }));
	});

	test("come most similar first, with their cosine", async () => {
		const found = await store.search.nearest(scope(), towards(0), 3);
		expect(messages(found)).toEqual(["at 10", "at 30", "at 80"]);
		for (const [index, degrees] of [10, 30, 80].entries()) {
			expect(found[index]?.similarity).toBeCloseTo(Math.cos((degrees * Math.PI) / 180), 5);
		}
		expect(found[0]?.image).toEqual((await store.images.ofMessage(channel, "at 10"))[0]);
	});

	test("leave out the one that is asked about", async () => {
		const asked = { ...channel, message: "at 10", number: 0 };
		expect(messages(await store.search.nearest(scope(), towards(10), 2, asked))).toEqual(["at 30", "at 80"]);
	});

	test("are those of the channels asked for, and of no other workspace or platform", async () => {
		expect(messages(await store.search.nearest(scope({ channels: ["general", "random"] }), towards(0), 1))).toEqual([
			"elsewhere",
		]);
		expect(await store.search.nearest(scope({ channels: [] }), towards(0), 9)).toEqual([]);
		for (const other of [{ workspace: "elsewhere" }, { platform: "slack" as const }, { channels: ["other"] }]) {
			expect(await store.search.nearest(scope(other), towards(0), 9)).toEqual([]);
		}
		expect(messages(await store.search.nearest(scope(), towards(0), 99))).toHaveLength(4);
	});
});

describe("where a picture was first seen", () => {
	beforeEach(async () => {
		await store.db.delete(images);
		await store.images.keep(image("first", { postedAt: at(1), sha256: "aa", dhash: -1n }));
		await store.images.keep(image("second", { postedAt: at(2), sha256: "bb", dhash: 0n }));
	});
	const seen = async (more: Partial<StoredImage>) =>
		(await store.search.firstSeen(image("now", { postedAt: at(9), ...more })))?.message;

	test("by the same bytes, or a difference hash within 6 bits, sign included", async () => {
		expect(await seen({ sha256: "aa" })).toBe("first");
		expect(await seen({ sha256: "cc", dhash: -1n ^ 0b111111n })).toBe("first");
		expect(await seen({ sha256: "cc", dhash: BigInt.asIntN(64, 1n << 63n) })).toBe("second");
		expect(await seen({ sha256: "cc", dhash: 0b1111111n })).toBeUndefined();
		expect(await seen({ sha256: "cc", dhash: null })).toBeUndefined();
		expect(await seen({ sha256: null, dhash: null })).toBeUndefined();
	});

	test("is the earliest before it, never itself or a later one", async () => {
		expect(await seen({ sha256: "bb", dhash: -1n })).toBe("first");
		expect(await seen({ sha256: "bb", dhash: -1n, postedAt: at(1) })).toBeUndefined();
		expect(await seen({ sha256: "bb", postedAt: at(2) })).toBeUndefined();
	});

	test("is in this channel of this workspace", async () => {
		for (const other of [{ workspace: "elsewhere" }, { channel: "random" }, { platform: "slack" as const }]) {
			expect(await seen({ sha256: "aa", dhash: -1n, ...other })).toBeUndefined();
		}
	});
});

describe("with more images than can be looked at one by one", () => {
	const ROWS = 12_000;
	const DIM = 256;
	const random = seededRandom(7);
	const normal = (length: number) => Float32Array.from({ length }, () => random() + random() + random() - 1.5);
	// As models' embeddings do, these differ in far fewer ways than they have numbers.
	const directions = Array.from({ length: 20 }, () => normal(DIM));
	const draw = () => {
		const along = normal(directions.length);
		const vector = Float32Array.from({ length: DIM }, (_, index) =>
			directions.reduce((sum, direction, rank) => sum + (direction[index] ?? 0) * (along[rank] ?? 0), 0),
		);
		const length = Math.hypot(...vector);
		return vector.map((value) => value / length);
	};
	const queries = Array.from({ length: 20 }, draw);
	// A model's id is data: this one would end the index's condition.
	const model = "it's@1";
	const everywhere = scope({ channels: ["big", "small"], modelId: model });
	let exact: string[][];

	beforeAll(async () => {
		await store.db.delete(images);
		for (let first = 0; first < ROWS; first += 500) {
			const rows = Array.from({ length: 500 }, (_, index) => {
				const number = first + index;
				const place = {
					channel: number % 10 === 0 ? "small" : "big",
					workspace: number % 100 === 1 ? "elsewhere" : "home",
				};
				const { unrecorded, ...row } = image(`${number}`, { ...place, modelId: model, embedding: draw() });
				return row;
			});
			await store.db.insert(images).values(rows);
		}
		exact = await ask();
		await indexLargeModels(store.db);
	}, 120_000);
	const ask = () =>
		Promise.all(queries.map(async (query) => messages(await store.search.nearest(everywhere, query, 10))));

	test("the model's index finds them, in the same order", async () => {
		const indexed = await ask();
		const hits = indexed.flatMap((found, query) => found.filter((one) => exact[query]?.includes(one)));
		expect(hits.length / exact.flat().length).toBeGreaterThanOrEqual(0.95);
		const inHome = sql`workspace = 'home'`;
		const byIndex = await nearestByIndex(store.db, model, inHome, queries[0] ?? draw(), 10);
		expect(messages(byIndex ?? [])).toEqual(indexed[0]);
		const similarities = byIndex?.map(({ similarity }) => similarity) ?? [];
		expect(similarities).toEqual([...similarities].sort((a, b) => b - a));
	});

	test("and no row of another workspace, by index or not", async () => {
		const found = await store.search.nearest(everywhere, queries[0] ?? draw(), 200);
		expect(found).toHaveLength(200);
		for (const { image } of found) expect(image).toMatchObject({ platform: "local", workspace: "home" });
		const [other] = await store.db.select().from(images).where(sql`workspace = 'elsewhere'`).limit(1);
		const asked = other?.embedding ?? draw();
		expect(messages(await store.search.nearest(everywhere, asked, 50))).not.toContain(other?.message);
	});

	test("where too few are in scope the index gives up, and each is looked at", async () => {
		expect(await nearestByIndex(store.db, model, sql`message = '3'`, queries[0] ?? draw(), 10)).toBeUndefined();
		const small = await store.search.nearest({ ...everywhere, channels: ["small"] }, queries[0] ?? draw(), 10);
		expect(small).toHaveLength(10);
	});

	test("what is added and deleted later is found and gone", async () => {
		const added = queries[1] ?? draw();
		await store.images.keep(image("new", { channel: "big", modelId: model, embedding: added }));
		expect(messages(await store.search.nearest(everywhere, added, 1))).toEqual(["new"]);
		await store.forget.message({ ...channel, channel: "big" }, "new");
		expect(messages(await store.search.nearest(everywhere, added, 10))).not.toContain("new");
	});

	test("a model has one index, made once, and a small model none", async () => {
		await store.images.keep(image("other", { modelId: "small@1", embedding: Float32Array.of(1, 0) }));
		await indexLargeModels(store.db);
		const indexes = sql`pg_indexes where indexname like 'images_near_%'`;
		expect(await store.db.$count(indexes)).toBe(1);
		expect(await nearestByIndex(store.db, "small@1", undefined, Float32Array.of(1, 0), 1)).toBeUndefined();
	});
});
