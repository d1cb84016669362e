/** Discord as a platform the bot can answer on: by its REST API alone, so that any process can. */
import { type REST, Routes } from "discord.js";
import type { Logger } from "pino";
import type { ImageFetcher } from "../../images/fetch.ts";
import type { ChatPort } from "../port.ts";
import { createHindrance } from "./hindrance.ts";
import { isSnowflake, messageLink } from "./ids.ts";
import { createMissingPermissions } from "./missing-permissions.ts";
import type { OwnResponses } from "./own-responses.ts";
import { missingFrom, type PermissionName, permissionsIn } from "./permissions.ts";
import { createAnswers } from "./port-answers.ts";
import { createEdits } from "./port-edits.ts";
import { createHistory } from "./port-history.ts";
import { createInteractionAnswers } from "./port-interactions.ts";
import { createPosts } from "./port-posts.ts";
import { isForbidden, isGone } from "./port-refusals.ts";
import { createServers, type GuildChannel } from "./port-servers.ts";
import { createAttachmentReader } from "./read-attachment.ts";
import { createSpoilerPosts } from "./spoiler-posts.ts";
import { readVia } from "./via.ts";

export interface DiscordPortOptions {
	/** With the bot's token; its `makeRequest` keeps to the limits (`createRateLimits`). */
	rest: REST;
	/** Shared with the process's way in, HTTP or gateway; a process without one has an empty one. */
	responses: OwnResponses;
	/** Trusts `trustedImageOrigins`, which count as Discord's own hosts here. */
	fetcher: Pick<ImageFetcher, "fetchImage">;
	trustedImageOrigins: readonly string[];
	/** Whether the application has the Message Content intent: without it, history shows no images. */
	messageContent: boolean;
	log: Pick<Logger, "warn">;
	now: () => Date;
	/** How long a first answer may take to reach Discord, before which no other can be given. */
	firstAnswerMs?: number;
}

/** Without the second, people see what is posted while they look, and nothing of before. */
const FOR_READING: readonly PermissionName[] = ["ViewChannel", "ReadMessageHistory"];

export function createDiscordPort(options: DiscordPortOptions): ChatPort {
	const { rest, responses, fetcher, trustedImageOrigins, messageContent, log, now, firstAnswerMs } = options;
	const servers = createServers({ rest, now });
	const missing = createMissingPermissions({ servers, log, now });
	const spoilers = createSpoilerPosts(rest);
	const posts = createPosts({ rest, servers, spoilers, missing });
	const interactions = createInteractionAnswers({
		rest,
		log,
		...(firstAnswerMs !== undefined && { firstAnswerMs }),
		now,
	});
	const reader = createAttachmentReader({ rest, fetcher, trustedOrigins: trustedImageOrigins, now });
	const answers = createAnswers({ posts, interactions, responses, missing, freshLinks, log });
	const hindrance = createHindrance({ servers, missing, messageContent, log });
	const edits = createEdits({ rest, posts, spoilers, interactions, missing, freshLinks });
	const readHistory = createHistory({ rest, servers, now });

	/** A picture whose link has ended is better than no answer. */
	async function freshLinks(links: readonly string[]): Promise<readonly string[]> {
		try {
			return await reader.freshLinks(links);
		} catch (error) {
			log.warn({ err: error }, "links to files could not be renewed");
			return links;
		}
	}

	const history: NonNullable<ChatPort["history"]> = async (channel, before, limit) => {
		try {
			return await readHistory(channel, before, limit);
		} catch (error) {
			if (isGone(error)) return [];
			if (!isForbidden(error)) throw error;
			throw await missing.error(channel, await missing.refused(channel, FOR_READING));
		}
	};

	return {
		platform: "discord",
		reply: answers.reply,
		findReply: answers.find,
		edit: edits.edit,
		react: edits.react,
		...(messageContent && { history }),
		hindrance,
		readAttachment: (attachment) => reader.read(attachment),

		/** Age-restricted channels are left out: what is in them is shown nowhere else. */
		async readable({ id }, { workspace }) {
			if (!isSnowflake(workspace)) return [workspace.replace(/^dm-/, "")];
			const [guild, member] = await Promise.all([servers.guild(workspace), servers.member(workspace, id)]);
			if (!guild || !member) return [];
			const isReadable = (channel: GuildChannel) =>
				missingFrom(permissionsIn(guild, member, channel, now()), FOR_READING).length === 0;
			return guild.channels.filter((channel) => !channel.nsfw && isReadable(channel)).map((channel) => channel.id);
		},

		/** Empty for a message of a place that has no address. */
		async linkTo(message) {
			return messageLink(message) ?? "";
		},

		/** Where people wrote to the bot, it types. */
		async progress(event, text) {
			try {
				const via = readVia(event);
				if (via) await interactions.progress(event, via, text);
				else await rest.post(Routes.channelTyping(event.thread ?? event.channel));
			} catch (error) {
				log.warn({ err: error }, "progress could not be told");
			}
		},

		async settled(event) {
			interactions.settled(event);
		},
	};
}
