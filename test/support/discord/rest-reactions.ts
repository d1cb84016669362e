/** Routes of reactions. */
import { react } from "./messages.ts";
import { may } from "./permissions.ts";
import type { Message, User } from "./records.ts";
import { refusals } from "./refusals.ts";
import { type Call, channelOf, messageOf, NOTHING, ok, type Routes, require } from "./rest-call.ts";
import { isOlder } from "./snowflakes.ts";
import { userJson } from "./wire.ts";

// The flag is newer than the language level that the compiler checks by.
const SETS = "v";
const UNICODE = new RegExp("^\\p{RGI_Emoji}$", SETS);

export function reactionRoutes(): Routes {
	const path = "/channels/:channel/messages/:message/reactions";
	return {
		[`PUT ${path}/:emoji/@me`]: (call) => {
			const { world } = call;
			const { message, emoji } = about(call);
			if (message.channel.thread?.archived) throw refusals.archived();
			// To join a reaction that others gave needs no permission of its own.
			if (!message.reactions.has(emoji)) require(world, message.channel, "AddReactions");
			react(world, message, world.bot, emoji, true);
			return NOTHING;
		},
		[`DELETE ${path}/:emoji/@me`]: (call) => {
			const { message, emoji } = about(call);
			react(call.world, message, call.world.bot, emoji, false);
			return NOTHING;
		},
		[`DELETE ${path}/:emoji/:user`]: (call) => {
			const { message, emoji } = about(call);
			require(call.world, message.channel, "ManageMessages");
			const user = call.world.users.get(call.param("user"));
			if (!user) throw refusals.unknownUser();
			react(call.world, message, user, emoji, false);
			return NOTHING;
		},
		[`GET ${path}/:emoji`]: (call) => {
			const { message, emoji } = about(call);
			const after = call.query.get("after") ?? "0";
			const limit = Number(call.query.get("limit") ?? 25);
			if (!Number.isInteger(limit) || limit < 1 || limit > 100) {
				throw refusals.invalidForm("limit", "int value should be between 1 and 100.", "NUMBER_TYPE_MAX");
			}
			const users = [...(message.reactions.get(emoji) ?? [])]
				.filter((id) => isOlder(after, id))
				.map((id) => call.world.users.get(id))
				.filter((user): user is User => user !== undefined)
				.sort((a, b) => (isOlder(a.id, b.id) ? -1 : 1));
			return ok(users.slice(0, limit).map(userJson));
		},
	};
}

function about(call: Call): { message: Message; emoji: string } {
	const channel = channelOf(call);
	if (!may(channel, call.world.bot, "ReadMessageHistory")) throw refusals.missingPermissions();
	const message = messageOf(call, channel);
	const emoji = emojiKey(call.param("emoji"));
	if (emoji === undefined) throw refusals.unknownEmoji();
	return { message, emoji };
}

/** Unicode, or `name:id`; undefined if it is no emoji. */
export function emojiKey(emoji: string): string | undefined {
	if (/^\w{2,32}:\d+$/.test(emoji) || UNICODE.test(emoji)) return emoji;
	// Some are sent without the selector that makes them pictures.
	return UNICODE.test(`${emoji}\u{fe0f}`) ? emoji : undefined;
}
