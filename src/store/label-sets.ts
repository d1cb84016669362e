/** The label sets of channels, every version of them. */
import { isDeepStrictEqual } from "node:util";
import { desc, getTableColumns } from "drizzle-orm";
import type { ChannelRef } from "../chat/event.ts";
import type { Label, Mode } from "../classify/types.ts";
import { lockChannel } from "./channel-lock.ts";
import type { Database } from "./database.ts";
import { inChannel } from "./in-channel.ts";
import { labelSets } from "./schema.ts";
import { isFirstTime } from "./still-there.ts";

/** What a moderator decides of a channel's labels. */
export interface LabelSetContent {
	/** Empty: the channel has none (any more). */
	labels: Label[];
	/** Null: the model's own. */
	templates: string[] | null;
	mode: Mode;
	/** A calibrated probability: labels at or above it are shown as right. */
	threshold: number;
}
export interface ChannelLabelSet extends LabelSetContent {
	/** From 1, rising with every change. */
	version: number;
	/** Empty: someone who was forgotten. */
	madeBy: string;
	madeAt: Date;
}

/** What a channel has that was never told otherwise. */
export const defaultLabelSet: LabelSetContent = { labels: [], templates: null, mode: "one", threshold: 0.5 };

export interface LabelSets {
	/** The newest version; undefined if there never was one. One without labels was cleared. */
	current(channel: ChannelRef): Promise<ChannelLabelSet | undefined>;
	/**
	 * Writes a new version, if anything changes. Changes made at the same moment come one after the other, each on what the one before made.
	 * @param change pure; may be called again. What it throws is thrown, and nothing is written.
	 * @param asked id (`jobId`) of the event that asks for it: written once, and not any more when the event is gone
	 * @returns the set as it now stands
	 */
	change(
		channel: ChannelRef,
		change: (now: LabelSetContent) => LabelSetContent,
		by: string,
		at: Date,
		asked?: string,
	): Promise<ChannelLabelSet>;
}

export function createLabelSets(db: Database): LabelSets {
	async function current(on: Database, channel: ChannelRef): Promise<ChannelLabelSet | undefined> {
		const { platform, workspace, channel: _, ...columns } = getTableColumns(labelSets);
		const [row] = await on
			.select(columns)
			.from(labelSets)
			.where(inChannel(labelSets, channel))
			.orderBy(desc(labelSets.version))
			.limit(1);
		return row;
	}

	return {
		current: (channel) => current(db, channel),

		change: ({ platform, workspace, channel }, change, by, at, asked) =>
			db.transaction(async (tx) => {
				const place = { platform, workspace, channel };
				await lockChannel(tx, place);
				const before = await current(tx, place);
				if (asked !== undefined && !(await isFirstTime(tx, asked))) {
					return before ?? { ...defaultLabelSet, version: 0, madeBy: by, madeAt: at };
				}
				const now = before ? contentOf(before) : defaultLabelSet;
				const content = contentOf(change(now));
				if (before && isDeepStrictEqual(content, now)) return before;
				const made = { ...content, version: (before?.version ?? 0) + 1, madeBy: by, madeAt: at };
				await tx.insert(labelSets).values({ ...place, ...made });
				return made;
			}),
	};
}

function contentOf({ labels, templates, mode, threshold }: LabelSetContent): LabelSetContent {
	return { labels, templates, mode, threshold };
}
