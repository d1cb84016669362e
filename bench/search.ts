/** `npm run bench -- search [ROWS]`: the nearest images, through the model's index against looking at every one. */
import type { Embedding } from "../src/classify/types.ts";
import { readManifest } from "../src/model/manifest.ts";
import { modelsDir } from "../src/package-root.ts";
import { openStore } from "../src/store/embedded-store.ts";
import { images } from "../src/store/schema.ts";
import type { SearchScope } from "../src/store/search.ts";
import type { Store } from "../src/store/store.ts";
import { indexLargeModels } from "../src/store/vector-index.ts";
import { seededRandom } from "../src/study/seeded-random.ts";
import { median, milliseconds, printTable } from "./measure.ts";

const QUERIES = 50;
const TOP = 10;
const BATCH = 200;
const place = { platform: "local", workspace: "bench" } as const;
const modelId = "starter@bench";
/** Which part of the rows a channel holds. */
const channels: Record<string, number> = { big: 0.5, other: 0.25, another: 0.12, more: 0.12, small: 0.01 };

/** What was found for each query, and how long it took (ms, median). */
interface Answers {
	keys: string[][];
	time: number;
}

export async function benchSearch([count = "100000"]: string[]): Promise<void> {
	const rows = Number(count);
	const { dim } = await readManifest(modelsDir, "starter");
	const random = seededRandom(1);
	const draw = embeddings(dim, random);
	const store = await openStore(undefined);
	const filled = await milliseconds(() => fill(store, rows, draw, random));
	const queries = Array.from({ length: QUERIES }, draw);
	const scopes: Record<string, string[]> = {
		"every channel": Object.keys(channels),
		"one channel of 12 %": ["another"],
		"two channels of 13 %": ["more", "small"],
		"one channel of 1 %": ["small"],
	};
	const ask = async () => {
		const answers = new Map<string, Answers>();
		for (const [name, where] of Object.entries(scopes)) {
			answers.set(name, await search(store, { ...place, channels: where, modelId }, queries));
		}
		return answers;
	};

	const exact = await ask();
	const built = await milliseconds(() => indexLargeModels(store.db));
	const indexed = await ask();
	const added = await milliseconds(() => fill(store, BATCH * 5, draw, random, rows));
	await store.close();

	printTable(`Search (${rows} images of ${dim} numbers in PGlite, ${QUERIES} queries, the nearest ${TOP})`, [
		[
			"rows written",
			`${((1000 * rows) / filled).toFixed(0)}/s, ${((1000 * BATCH * 5) / added).toFixed(0)}/s once indexed`,
		],
		["index made", `in ${(built / 1000).toFixed(0)} s`],
		...[...exact].map(([name, before]): [string, string] => {
			const after = indexed.get(name) ?? before;
			const ratio = `${before.time.toFixed(1)} ms exact, ${after.time.toFixed(1)} ms now: ${(before.time / after.time).toFixed(1)} times`;
			return [name, `recall@${TOP} ${recall(before.keys, after.keys).toFixed(3)}; ${ratio}`];
		}),
	]);
}

async function search(store: Store, scope: SearchScope, queries: Embedding[]): Promise<Answers> {
	const keys: string[][] = [];
	const times: number[] = [];
	for (const query of queries) {
		const start = performance.now();
		const found = await store.search.nearest(scope, query, TOP);
		times.push(performance.now() - start);
		keys.push(found.map(({ image }) => image.message));
	}
	return { keys, time: median(times) };
}

/** Which part of what is right was found. */
function recall(right: string[][], found: string[][]): number {
	const hits = right.map((keys, query) => keys.filter((key) => found[query]?.includes(key)).length);
	return hits.reduce((sum, n) => sum + n, 0) / right.flat().length;
}

async function fill(store: Store, rows: number, draw: () => Embedding, random: () => number, from = 0): Promise<void> {
	for (let first = from; first < from + rows; first += BATCH) {
		const batch = Array.from({ length: Math.min(BATCH, from + rows - first) }, (_, index) => ({
			...place,
			channel: channelAt(random()),
			message: `message-${first + index}`,
			number: 0,
			attachment: { id: "1", url: "bench:1", name: "photo.jpg" },
			author: "ada",
			postedAt: new Date(1000 * (first + index)),
			embedding: draw(),
			modelId,
		}));
		await store.db.insert(images).values(batch);
	}
}

function channelAt(share: number): string {
	let rest = share;
	for (const [name, part] of Object.entries(channels)) {
		rest -= part;
		if (rest < 0) return name;
	}
	return "small";
}

/**
 * Unit vectors that lie as the starter's do for photos: away from the origin, in 300 kinds, in few directions more than
 * in others. Any two have a cosine of about .26 (5 % below .0, 5 % above .7), as 2,500 real photos had.
 */
function embeddings(dim: number, random: () => number): () => Embedding {
	const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
	const directions = Array.from({ length: 64 }, (_, rank) =>
		Float32Array.from({ length: dim }, () => normal() / Math.sqrt(rank + 1)),
	);
	const offset = Float32Array.from({ length: dim }, () => normal());
	const kinds = Array.from({ length: 300 }, () => directions.map(() => normal()));
	return () => {
		const kind = kinds[Math.floor(random() * kinds.length)] ?? [];
		const vector = Float32Array.from(offset, (value) => 1.4 * value + 0.3 * normal());
		for (const [rank, direction] of directions.entries()) {
			const along = 0.8 * (kind[rank] ?? 0) + 0.6 * normal();
			for (let index = 0; index < dim; index++) vector[index] = (vector[index] ?? 0) + along * (direction[index] ?? 0);
		}
		const length = Math.hypot(...vector);
		return vector.map((value) => value / length);
	};
}
