/** Routes by which an app answers interactions: the first answer, and what follows by the interaction's own webhook. */
import type { Interaction } from "./interaction.ts";
import type { Interactions } from "./interactions.ts";
import { remove } from "./messages.ts";
import type { Message } from "./records.ts";
import { refusals } from "./refusals.ts";
import { type Call, NOTHING, ok, type Routes } from "./rest-call.ts";
import { messageJson } from "./wire.ts";

export function webhookRoutes(interactions: Interactions): Routes {
	const interactionOf = (call: Call): Interaction => {
		if (call.param("app") !== call.world.appId) throw refusals.unknownWebhook();
		return interactions.byToken(call.param("token"));
	};
	/** The message of the path: `@original`, or one that an interaction's webhook wrote where this one was, and its person sees. */
	const messageOf = (call: Call): Message => {
		const { original, asked } = interactionOf(call);
		const id = call.param("message");
		const found = id === "@original" || id === original?.id ? original : asked.channel.messages.get(id);
		if (!found || found.deleted) throw refusals.unknownMessage();
		const isOfWebhook = found === original || found.fromInteraction !== undefined;
		const isSeen = found.visibleTo === undefined || found.visibleTo === asked.user.id;
		if (!isOfWebhook || !isSeen) throw refusals.unknownMessage();
		return found;
	};
	return {
		"POST /interactions/:id/:token/callback": async (call) => {
			const interaction = interactions.all.find(
				({ id, token }) => id === call.param("id") && token === call.param("token"),
			);
			if (!interaction) throw refusals.unknownInteraction();
			await interactions.answer(interaction, call.parsed);
			if (call.query.get("with_response") !== "true") return NOTHING;
			const { id, original, answer, asked } = interaction;
			return ok({
				interaction: { id, type: asked.type, response_message_id: original?.id, response_message_loading: false },
				resource: { type: answer?.type, ...(original && { message: messageJson(call.world, original, true) }) },
			});
		},
		"POST /webhooks/:app/:token": async (call) => {
			const message = await interactions.followUp(interactionOf(call), call.parsed);
			return ok(messageJson(call.world, message, true));
		},
		"GET /webhooks/:app/:token/messages/:message": (call) => ok(messageJson(call.world, messageOf(call), true)),
		"PATCH /webhooks/:app/:token/messages/:message": async (call) => {
			const message = messageOf(call);
			await interactions.edit(message, call.parsed);
			return ok(messageJson(call.world, message, true));
		},
		"DELETE /webhooks/:app/:token/messages/:message": (call) => {
			remove(call.world, messageOf(call));
			return NOTHING;
		},
	};
}
