/** Which of the bot's posts are spoilers: one stays what it is, whatever changes in it. */
import { type APIContainerComponent, type REST, Routes } from "discord.js";

/** Posts remembered. */
const MOST = 10_000;

export type SpoilerPosts = ReturnType<typeof createSpoilerPosts>;

interface Post {
	components?: readonly Pick<APIContainerComponent, "spoiler">[];
}

export function createSpoilerPosts(rest: REST) {
	/** By message; the oldest is first. */
	const known = new Map<string, boolean>();

	function note(messageId: string, { components = [] }: Post): boolean {
		const spoiler = components.some((component) => component.spoiler);
		known.set(messageId, spoiler);
		const [oldest] = known.keys();
		if (known.size > MOST && oldest !== undefined) known.delete(oldest);
		return spoiler;
	}

	return {
		/** Spares the bot to read what it posted: to do so it needs a permission of its own. */
		note,

		/** @throws what Discord refuses to show it for */
		async has(channelId: string, messageId: string): Promise<boolean> {
			// The shape of this route's answer, as far as the bot's own posts have components.
			const read = async () => (await rest.get(Routes.channelMessage(channelId, messageId))) as Post;
			return known.get(messageId) ?? note(messageId, await read());
		},
	};
}
