/** Posts the bot's answer to an event exactly once, whatever is retried and wherever a process dies (design section 2). */
import type { ChatEvent, ChoiceEvent, CommandEvent, ImagesPostedEvent } from "../chat/event.ts";
import type { ChatPort } from "../chat/port.ts";
import type { View } from "../chat/view.ts";
import type { FrontServices } from "../services.ts";

/** What a reply is for: an image's tags, or the command with this event key. */
export type Purpose = "autotag" | (string & {});

/**
 * Claims the reply before posting it. A claim that was never marked as posted means that someone died in between: the
 * post with its marker is looked for and adopted, and only if there is none is it posted now.
 * @returns false if it had been posted before: then what stands there may be an older view
 */
export async function replyOnce(
	event: CommandEvent | ImagesPostedEvent | ChoiceEvent,
	purpose: Purpose,
	view: View,
	services: FrontServices,
): Promise<boolean> {
	const { store, log, now } = services;
	const port = portOf(event, services);
	const message = event.kind === "command" ? (event.message ?? event.key) : event.message;
	const key = { platform: event.platform, workspace: event.workspace, channel: event.channel, message, purpose };

	const claim = await store.replies.claim(key, now());
	if (claim.posted) return false;
	const adopted = claim.fresh ? undefined : await port.findReply(event, claim.marker);
	const posted = adopted ?? (await port.reply(event, view, claim.marker));
	await store.replies.markPosted(key, posted);
	log.info({ posted }, adopted === undefined ? "posted" : "was posted before");
	return adopted === undefined;
}

/** The platform an event came from. */
export function portOf(event: Pick<ChatEvent, "platform">, services: FrontServices): ChatPort {
	const port = services.ports[event.platform];
	if (!port) throw new Error(`this process doesn't serve ${event.platform}`);
	return port;
}
