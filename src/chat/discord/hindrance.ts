/** What keeps the bot from seeing or answering the images of a channel, in words for people there who ask for it. */
import { ChannelType } from "discord.js";
import type { Logger } from "pino";
import type { ChannelRef } from "../event.ts";
import type { ChatPort } from "../port.ts";
import { isSnowflake } from "./ids.ts";
import type { MissingPermissions } from "./missing-permissions.ts";
import type { PermissionName } from "./permissions.ts";
import { FOR_THREADS } from "./port-posts.ts";
import type { Servers } from "./port-servers.ts";

interface Options {
	servers: Servers;
	missing: MissingPermissions;
	/** Whether the application has the Message Content intent. */
	messageContent: boolean;
	log: Pick<Logger, "warn">;
}

const NO_CONTENT =
	"Discord hides from me the images that people post, but for those of messages that mention me: whoever runs me has switched Message Content off.";

export function createHindrance(options: Options): NonNullable<ChatPort["hindrance"]> {
	const { servers, missing, messageContent, log } = options;

	/** Those whose lack leaves no place for an answer to a posted image. */
	async function lackingToAnswer(ref: ChannelRef): Promise<readonly PermissionName[]> {
		const [parent, channel] = await Promise.all([servers.parentOf(ref), servers.channel(ref)]);
		const isForum = channel?.type === ChannelType.GuildForum || channel?.type === ChannelType.GuildMedia;
		// There, images are posted in threads alone.
		if (parent !== undefined || isForum) return await missing.lately(ref, ["SendMessagesInThreads"]);
		const lacking = await missing.lately(ref, ["SendMessages"]);
		const isVoice = channel?.type === ChannelType.GuildVoice || channel?.type === ChannelType.GuildStageVoice;
		if (lacking.length === 0 || isVoice) return lacking;
		return (await missing.lately(ref, FOR_THREADS)).length > 0 ? lacking : [];
	}

	async function find(ref: ChannelRef, from: "seeing" | "answering"): Promise<string | undefined> {
		if (!isSnowflake(ref.workspace)) return undefined;
		const unseen = await missing.lately(ref, ["ViewChannel"]);
		if (unseen.length > 0) return `I can't see what is posted here. ${(await missing.error(ref, unseen)).sentence}`;
		if (!messageContent) return NO_CONTENT;
		const unanswered = from === "answering" ? await lackingToAnswer(ref) : [];
		if (unanswered.length === 0) return undefined;
		return `I can't answer the images that are posted here. ${(await missing.error(ref, unanswered)).sentence}`;
	}

	return async (ref, from) => {
		try {
			return await find(ref, from);
		} catch (error) {
			log.warn({ err: error }, "what the bot may do in a channel could not be told");
			return undefined;
		}
	};
}
