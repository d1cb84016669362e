/** Changes to what is there already: the bot's posts, and its reactions. What is gone, or closed to the bot, is let be. */
import { type REST, Routes } from "discord.js";
import type { ChatEvent, MessageRef } from "../event.ts";
import type { View } from "../view.ts";
import { partialEmoji } from "./escape.ts";
import { isSnowflake, placeOf } from "./ids.ts";
import type { MissingPermissions } from "./missing-permissions.ts";
import type { PermissionName } from "./permissions.ts";
import type { InteractionAnswers } from "./port-interactions.ts";
import type { Posts } from "./port-posts.ts";
import { isAboutEmoji, isForbidden, isGone, takesNoReaction } from "./port-refusals.ts";
import { editOf, type MessageBody, type RenderOptions, renderView, withoutServerEmoji } from "./render.ts";
import type { SpoilerPosts } from "./spoiler-posts.ts";
import { readVia } from "./via.ts";

const FOR_EDITS: readonly PermissionName[] = ["ViewChannel", "ReadMessageHistory"];
const FOR_REACTIONS: readonly PermissionName[] = ["AddReactions", "ReadMessageHistory"];

interface Options {
	rest: REST;
	posts: Posts;
	spoilers: SpoilerPosts;
	interactions: InteractionAnswers;
	missing: MissingPermissions;
	freshLinks: NonNullable<RenderOptions["freshLinks"]>;
}

export function createEdits({ rest, posts, spoilers, interactions, missing, freshLinks }: Options) {
	async function editPost(channelId: string, messageId: string, view: View): Promise<void> {
		const spoiler = await spoilers.has(channelId, messageId);
		const { body, files } = await renderView(view, { marker: messageId, spoiler, freshLinks });
		const edit = (message: MessageBody) =>
			posts.inOpenThread(channelId, () =>
				rest.patch(Routes.channelMessage(channelId, messageId), { body: message, files }),
			);
		try {
			await edit(editOf(body));
		} catch (error) {
			if (!isAboutEmoji(error)) throw error;
			await edit(withoutServerEmoji(editOf(body)));
		}
	}

	return {
		/** @param because the choice that changes it */
		async edit(post: MessageRef, view: View, because?: ChatEvent): Promise<void> {
			const via = because?.kind === "choice" && because.message === post.message ? readVia(because) : undefined;
			// Nobody but its person, and so nothing but their token, has a hold on such a message.
			if (via?.ephemeral) {
				return await interactions.edit(via, await renderView(view, { marker: post.message, freshLinks }));
			}
			const { channelId, messageId } = placeOf(post);
			if (!isSnowflake(channelId) || !isSnowflake(messageId)) return;
			try {
				await editPost(channelId, messageId, view);
			} catch (error) {
				if (isGone(error)) return;
				if (!isForbidden(error)) throw error;
				const lacking = await missing.refused(post, FOR_EDITS);
				await missing.log(post, lacking, "a post could not be brought up to date for want of permissions");
			}
		},

		async react(message: MessageRef, emoji: string, added: boolean): Promise<void> {
			const { channelId, messageId } = placeOf(message);
			const known = partialEmoji(emoji);
			if (!known) return;
			const unable = "reactions could not be put for want of permissions";
			const lacking = added ? await missing.among(message, FOR_REACTIONS) : [];
			if (lacking.length > 0) return await missing.log(message, lacking, unable);
			const name = encodeURIComponent(known.id === undefined ? known.name : `${known.name}:${known.id}`);
			const route = Routes.channelMessageOwnReaction(channelId, messageId, name);
			try {
				await posts.inOpenThread(channelId, () => (added ? rest.put(route) : rest.delete(route)));
			} catch (error) {
				if (isGone(error) || takesNoReaction(error)) return;
				if (!isForbidden(error)) throw error;
				await missing.log(message, await missing.refused(message, FOR_REACTIONS), unable);
			}
		},
	};
}
