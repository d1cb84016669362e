/** How a channel wants the bot to behave. */
import { isDeepStrictEqual } from "node:util";
import type { ChannelRef } from "../chat/event.ts";
import { lockChannel } from "./channel-lock.ts";
import type { Database } from "./database.ts";
import { inChannel } from "./in-channel.ts";
import { channelSettings } from "./schema.ts";
import { isFirstTime } from "./still-there.ts";

export interface Settings {
	autotag: "off" | "on" | "quiet";
	/** Whether other bots' images are tagged too. */
	bots: boolean;
	/** Ids of people who moderate beside those that the platform says do. */
	moderators: string[];
}

export const defaultSettings: Settings = { autotag: "off", bots: false, moderators: [] };

export interface ChannelSettings {
	of(channel: ChannelRef): Promise<Settings>;
	/**
	 * Changes what is given and leaves the rest; changes made at the same moment come one after the other.
	 * @param asked id (`jobId`) of the event that asks for it: written once, and not any more when the event is gone
	 * @returns the settings as they now stand
	 */
	change(channel: ChannelRef, change: (now: Settings) => Partial<Settings>, asked?: string): Promise<Settings>;
}

export function createChannelSettings(db: Database): ChannelSettings {
	async function of(on: Database, channel: ChannelRef): Promise<Settings> {
		const { autotag, bots, moderators } = channelSettings;
		const [row] = await on
			.select({ autotag, bots, moderators })
			.from(channelSettings)
			.where(inChannel(channelSettings, channel));
		return row ?? defaultSettings;
	}

	return {
		of: (channel) => of(db, channel),

		change: ({ platform, workspace, channel }, change, asked) =>
			db.transaction(async (tx) => {
				const place = { platform, workspace, channel };
				await lockChannel(tx, place);
				const before = await of(tx, place);
				if (asked !== undefined && !(await isFirstTime(tx, asked))) return before;
				const after = { ...before, ...change(before) };
				if (isDeepStrictEqual(after, before)) return before;
				const { platform: p, workspace: w, channel: c } = channelSettings;
				await tx
					.insert(channelSettings)
					.values({ ...place, ...after })
					.onConflictDoUpdate({ target: [p, w, c], set: after });
				return after;
			}),
	};
}
