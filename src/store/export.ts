/** A channel's images with all that is known of them, row by row, and the figures over them. */
import { and, asc, getTableColumns, inArray, isNotNull, sql } from "drizzle-orm";
import type { ChannelRef } from "../chat/event.ts";
import { type PersonVote, sameLabels, standingVotes } from "../classify/votes.ts";
import type { Database } from "./database.ts";
import type { StoredImage } from "./images.ts";
import { inChannel, sameImage } from "./in-channel.ts";
import { images, tags, votes } from "./schema.ts";
import type { Tag } from "./tags.ts";

export interface ImageRecord {
	image: StoredImage;
	tag: Tag | undefined;
	votes: PersonVote[];
}

/** Figures of a channel. */
export interface ChannelFigures {
	images: number;
	tagged: number;
	agreed: number;
	/** Images whose embedding is of another model, or missing. */
	waiting: number;
	/** Images by shown label; `null`: none of these. */
	perLabel: { label: string | null; images: number }[];
	/** Of images that were tagged and agreed on, by day (UTC, `2026-01-31`): how many, and how many were shown right. */
	accuracy: { day: string; agreed: number; right: number }[];
}

export interface Export {
	/**
	 * Oldest first, read page by page: memory doesn't grow with the rows.
	 * @param embeddings false leaves them out, as null: reading them costs more than all the rest
	 */
	records(channel: ChannelRef, options?: { embeddings?: boolean }): AsyncIterable<ImageRecord>;
	figures(channel: ChannelRef, modelId: string): Promise<ChannelFigures>;
	/** Images whose embedding is of another model, or missing. */
	waiting(channel: ChannelRef, modelId: string): Promise<number>;
}

/** Rows read at a time. */
const PAGE = 500;

const tagOfImage = sameImage(tags, images);

const isWaiting = (modelId: string) =>
	sql`(${images.embedding} is null or ${images.modelId} is distinct from ${modelId})`;

export function createExport(db: Database): Export {
	/** The records after one, in their order. */
	async function page(channel: ChannelRef, embeddings: boolean, last?: StoredImage): Promise<ImageRecord[]> {
		const { postedAt, message, number } = images;
		const columns = getTableColumns(images);
		const found = await db
			.select(embeddings ? columns : { ...columns, embedding: sql<null>`null` })
			.from(images)
			.where(
				and(
					inChannel(images, channel),
					last &&
						sql`(${postedAt}, ${message}, ${number}) > (${sql.param(last.postedAt, postedAt)}, ${last.message}, ${last.number}::int)`,
				),
			)
			.orderBy(asc(postedAt), asc(message), asc(number))
			.limit(PAGE);
		// Asked for by themselves, as a join would be planned anew over all rows for each page.
		const messages = [...new Set(found.map((image) => image.message))];
		const about = <Table extends typeof tags | typeof votes>(table: Table) =>
			and(inChannel(table, channel), inArray(table.message, messages));
		const said = messages.length > 0 ? await db.select().from(tags).where(about(tags)) : [];
		const cast = messages.length > 0 ? await db.select().from(votes).where(about(votes)) : [];
		const key = (row: { message: string; number: number }) => `${row.number} ${row.message}`;
		const tagOf = new Map(said.map((tag) => [key(tag), tag]));
		const votesOn = new Map<string, typeof cast>();
		for (const vote of cast) votesOn.set(key(vote), [...(votesOn.get(key(vote)) ?? []), vote]);
		return found.map((image) => ({
			image,
			tag: tagOf.get(key(image)),
			votes: standingVotes(votesOn.get(key(image)) ?? []),
		}));
	}

	return {
		async *records(channel, { embeddings = true } = {}) {
			for (let last: StoredImage | undefined; ; ) {
				const records = await page(channel, embeddings, last);
				yield* records;
				last = records.at(-1)?.image;
				if (records.length < PAGE) return;
			}
		},

		waiting: (channel, modelId) => db.$count(images, and(inChannel(images, channel), isWaiting(modelId))),

		async figures(channel, modelId) {
			const [counts] = await db
				.select({
					images: sql<number>`count(*)::int`,
					tagged: sql<number>`count(${tags.version})::int`,
					agreed: sql<number>`count(${images.agreed})::int`,
					waiting: sql<number>`count(*) filter (where ${isWaiting(modelId)})::int`,
				})
				.from(images)
				.leftJoin(tags, tagOfImage)
				.where(inChannel(images, channel));

			const shown = sql`case when ${tags.shown} = '[]' then '[null]' else ${tags.shown} end`;
			const label = sql<string | null>`jsonb_array_elements_text(${shown})`;
			const perLabel = await db
				.select({ label: label.as("label"), images: sql<number>`count(*)::int`.as("images") })
				.from(tags)
				.where(and(inChannel(tags, channel), isNotNull(tags.shown)))
				.groupBy(sql`1`)
				.orderBy(sql`2 desc`, sql`1 nulls last`);

			const day = sql<string>`to_char(${images.agreedAt} at time zone 'utc', 'YYYY-MM-DD')`;
			const answers = await db
				.select({ day, shown: tags.shown, agreed: images.agreed, images: sql<number>`count(*)::int` })
				.from(images)
				.innerJoin(tags, tagOfImage)
				.where(and(inChannel(images, channel), isNotNull(images.agreed)))
				.groupBy(sql`1`, tags.shown, images.agreed)
				.orderBy(sql`1`);
			const accuracy = new Map<string, ChannelFigures["accuracy"][number]>();
			for (const answer of answers) {
				const sum = accuracy.get(answer.day) ?? { day: answer.day, agreed: 0, right: 0 };
				const right = answer.shown && answer.agreed?.labels && sameLabels(answer.shown, answer.agreed.labels);
				sum.agreed += answer.images;
				if (right) sum.right += answer.images;
				accuracy.set(answer.day, sum);
			}
			return {
				images: counts?.images ?? 0,
				tagged: counts?.tagged ?? 0,
				agreed: counts?.agreed ?? 0,
				waiting: counts?.waiting ?? 0,
				perLabel,
				accuracy: [...accuracy.values()],
			};
		},
	};
}
