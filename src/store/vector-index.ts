/** pgvector's HNSW indexes: one a model, partial, made once a model has so many images that looking at each is slow. */
import { createHash } from "node:crypto";
import { and, asc, eq, getTableColumns, isNotNull, type SQL, type SQLWrapper, sql } from "drizzle-orm";
import type { Embedding } from "../classify/types.ts";
import type { Database } from "./database.ts";
import type { StoredImage } from "./images.ts";
import { images } from "./schema.ts";
import type { Found } from "./search.ts";

/** Below so many rows in scope every one is looked at. */
export const INDEXED_FROM = 10_000;

/**
 * The index holds the signs of the embeddings' numbers, a bit each, and compares those; so many of the nearest by signs
 * are then compared exactly. PGlite builds this fifteen times faster than an index over the numbers themselves, during
 * which the process can do nothing else (`npm run bench -- search`).
 */
const CANDIDATES = 400;

/** How many rows a search by the index holds at once. */
const EF_SEARCH = 100;

/** Rows that a search by the index looks at, out of scope included, before it gives up. */
const MAX_SCAN = 50_000;

/**
 * Makes the indexes that are due: of models with at least `INDEXED_FROM` images. Those that are there keep themselves.
 * @param concurrently lets others write meanwhile, which takes longer; then `db` is a single connection
 */
export async function indexLargeModels(db: Database, { concurrently = false } = {}): Promise<void> {
	const models = await db
		.select({ modelId: images.modelId })
		.from(images)
		.where(isNotNull(images.embedding))
		.groupBy(images.modelId)
		.having(sql`count(*) >= ${INDEXED_FROM}`);
	for (const { modelId } of models) if (modelId !== null) await indexModel(db, modelId, concurrently);
}

/** In PGlite nothing else happens meanwhile: about 10 s for 10,000 images, once; what is added later takes its place. */
async function indexModel(db: Database, modelId: string, concurrently: boolean): Promise<void> {
	const name = nameOf(modelId);
	if (await isMade(db, name)) return;
	const [row] = await db
		.select({ dim: sql<number>`vector_dims(${images.embedding})` })
		.from(images)
		.where(and(eq(images.modelId, modelId), isNotNull(images.embedding)))
		.limit(1);
	if (!row) return;
	const definition = sql`${sql.identifier(name)} on ${images}
		using hnsw ((${signs(sql.identifier(images.embedding.name), row.dim)}) bit_hamming_ops)
		where ${ofModel(modelId)}`;
	// With too little memory the graph is built many times slower; the default is 64 MB. Several workers would share it by
	// way of /dev/shm, which is small in a container.
	const settings = sql`select
		set_config('maintenance_work_mem', '256MB', ${!concurrently}),
		set_config('max_parallel_maintenance_workers', '0', ${!concurrently})`;
	if (concurrently) {
		await db.execute(settings);
		// What an earlier try left that was ended in the middle.
		await db.execute(sql`drop index concurrently if exists ${sql.identifier(name)}`);
		await db.execute(sql`create index concurrently ${definition}`);
	} else {
		await db.transaction(async (tx) => {
			await tx.execute(settings);
			await tx.execute(sql`create index ${definition}`);
		});
	}
}

/** An index that is being built, or whose building was ended in the middle, is not made. */
async function isMade(db: Database, name: string): Promise<boolean> {
	return (await db.$count(sql`pg_index`, sql`indexrelid = to_regclass(${name}) and indisvalid`)) > 0;
}

/**
 * The nearest images by the model's index, most similar first.
 * @param where a condition on images, which holds for those of this model alone
 * @returns undefined if there is no index, or it gave up before it found enough
 */
export async function nearestByIndex(
	db: Database,
	modelId: string,
	where: SQL | undefined,
	to: Embedding,
	limit: number,
): Promise<Found[] | undefined> {
	if (!(await isMade(db, nameOf(modelId)))) return undefined;
	return await db.transaction(async (tx) => {
		// relaxed_order: the candidates are put in order below. Without sorting, the index is the only way left: Postgres
		// would take a channel for smaller than it is.
		await tx.execute(sql`select
			set_config('hnsw.iterative_scan', 'relaxed_order', true),
			set_config('hnsw.ef_search', ${String(EF_SEARCH)}, true),
			set_config('hnsw.max_scan_tuples', ${String(MAX_SCAN)}, true),
			set_config('enable_sort', 'off', true)`);
		const count = Math.max(CANDIDATES, 4 * limit);
		const near = tx
			.select()
			.from(images)
			.where(and(where, ofModel(modelId)))
			.orderBy(sql`${signs(images.embedding, to.length)} <~> ${signs(vectorOf(to), to.length)}`)
			.limit(count)
			.as("near");
		const distance = distanceTo(near.embedding, to);
		const rows = await tx
			.select({ image: near._.selectedFields, distance, candidates: sql<number>`count(*) over ()::int` })
			.from(near)
			.orderBy(asc(distance), asc(near.message), asc(near.number))
			.limit(limit);
		return rows[0]?.candidates === count ? rows.map(found) : undefined;
	});
}

/** The nearest of the images that a condition holds for, most similar first. */
export async function nearestOf(db: Database, where: SQL | undefined, to: Embedding, limit: number): Promise<Found[]> {
	const { message, number, embedding } = images;
	const distance = distanceTo(embedding, to);
	const rows = await db
		.select({ image: getTableColumns(images), distance })
		.from(images)
		.where(where)
		.orderBy(asc(distance), asc(message), asc(number))
		.limit(limit);
	return rows.map(found);
}

function found({ image, distance }: { image: StoredImage; distance: number }): Found {
	return { image, similarity: 1 - distance };
}

const vectorOf = (embedding: Embedding) => sql`${sql.param(embedding, images.embedding)}::vector`;
const distanceTo = (column: SQLWrapper, to: Embedding) => sql<number>`${column} <=> ${vectorOf(to)}`;
const signs = (vector: SQLWrapper, dim: number) => sql`binary_quantize(${vector})::${sql.raw(`bit(${dim})`)}`;

/** The index's condition. A constant, since Postgres uses a partial index only if it can see that the query implies it. */
function ofModel(modelId: string): SQL {
	return sql`${sql.identifier(images.modelId.name)} = ${sql.raw(`'${modelId.replaceAll("'", "''")}'`)}`;
}

/** A model's id may hold what a name may not. */
function nameOf(modelId: string): string {
	return `images_near_${createHash("sha256").update(modelId).digest("hex").slice(0, 16)}`;
}
