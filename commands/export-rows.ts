/**
 * A channel's images as rows of a file, one after the other: however many there are, only the one being written is in
 * memory. `docs/design.md` section 11 says what is kept at all.
 */
import { stringify } from "csv-stringify/sync";
import type { MessageRef } from "../src/chat/event.ts";
import { sameLabels, tally } from "../src/classify/votes.ts";
import type { ImageRecord } from "../src/store/export.ts";

export interface RowOptions {
	/** A link to a message, for whoever opens the file outside of the chat. */
	linkTo: (message: MessageRef) => Promise<string>;
	embeddings: boolean;
}

/** One image. What isn't known (not tagged, not agreed on) is null, an empty cell in CSV. */
export type ExportRow = Awaited<ReturnType<typeof toRow>>;

async function toRow({ image, tag, votes }: ImageRecord, { linkTo, embeddings }: RowOptions) {
	const { agreed, attachment, embedding } = image;
	const shown = tag?.shown ?? undefined;
	return {
		message_link: await linkTo(image),
		image_link: attachment.url,
		image_name: attachment.name,
		author: image.author,
		posted_at: image.postedAt.toISOString(),
		thread: image.thread,
		/** Labels that were shown as right; `[]`: none of these. */
		shown: shown ?? null,
		/** Probability by label, in [0, 1]: the likeliest, as many as were kept. */
		probabilities: tag ? Object.fromEntries(tag.scores.map(({ label, probability }) => [label, probability])) : null,
		none: tag?.none ?? null,
		/** Of each person one: `kind` is yes, no, none, or label with the `label`. */
		votes: votes.map(({ voter, moderator, verdict }) => ({ voter, moderator, ...verdict })),
		/** Labels that people agreed on; `[]`: none of these. */
		agreed: agreed?.labels ?? null,
		/** `moderator` or `majority`; with `agreed` empty, people agreed that what was shown is wrong. */
		decided_by: agreed?.by ?? null,
		decided_by_people: agreed ? deciders(votes, shown, agreed) : [],
		model: tag?.modelId ?? null,
		label_set_version: tag?.version ?? null,
		/** Confirmed examples that the probabilities were learned from. */
		examples: tag?.examples ?? null,
		...(embeddings && {
			embedding_model: image.modelId,
			// Nine digits bring back every float32 exactly.
			embedding: embedding && Array.from(embedding, (number) => Number(number.toPrecision(9))),
		}),
	};
}

type Votes = ImageRecord["votes"];

/** Those whose vote alone would have come to the same. */
function deciders(votes: Votes, shown: string[] | undefined, agreed: NonNullable<ImageRecord["image"]["agreed"]>) {
	return votes
		.filter((vote) => agreed.by === "majority" || vote.moderator)
		.filter((vote) => {
			const alone = tally([{ ...vote, moderator: true }], shown);
			if (!alone) return false;
			return alone.labels && agreed.labels ? sameLabels(alone.labels, agreed.labels) : alone.labels === agreed.labels;
		})
		.map(({ voter }) => voter);
}

/** JSON Lines: an object a line. */
export async function* jsonLines(records: AsyncIterable<ImageRecord>, options: RowOptions): AsyncIterable<Uint8Array> {
	for await (const record of records) yield bytesOf(`${JSON.stringify(await toRow(record, options))}\n`);
}

/**
 * CSV with a header (RFC 4180). Lists and objects are JSON in their cell. A cell that a spreadsheet would take for a
 * formula gets an apostrophe before it: labels and file names are what anyone wrote.
 */
export async function* csv(records: AsyncIterable<ImageRecord>, options: RowOptions): AsyncIterable<Uint8Array> {
	const names = options.embeddings ? [...columns, ...embeddingColumns] : columns;
	yield line(names);
	for await (const record of records) {
		const row = await toRow(record, options);
		yield line(names.map((name) => row[name]));
	}
}

const line = (cells: readonly unknown[]) => bytesOf(stringify([cells], { escape_formulas: true }));
const bytesOf = (text: string) => new TextEncoder().encode(text);

const embeddingColumns: (keyof ExportRow)[] = ["embedding_model", "embedding"];
const columns: (keyof ExportRow)[] = [
	"message_link",
	"image_link",
	"image_name",
	"author",
	"posted_at",
	"thread",
	"shown",
	"probabilities",
	"none",
	"votes",
	"agreed",
	"decided_by",
	"decided_by_people",
	"model",
	"label_set_version",
	"examples",
];
