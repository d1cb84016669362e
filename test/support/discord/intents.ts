/** Which intent a session needs to be told of something. */
import { GatewayDispatchEvents as Events, GatewayIntentBits as Intents } from "discord.js";

const inGuilds: Partial<Record<Events, Intents>> = {
	[Events.GuildCreate]: Intents.Guilds,
	[Events.GuildDelete]: Intents.Guilds,
	[Events.ChannelCreate]: Intents.Guilds,
	[Events.ChannelDelete]: Intents.Guilds,
	[Events.ThreadCreate]: Intents.Guilds,
	[Events.ThreadUpdate]: Intents.Guilds,
	[Events.ThreadDelete]: Intents.Guilds,
	[Events.MessageCreate]: Intents.GuildMessages,
	[Events.MessageUpdate]: Intents.GuildMessages,
	[Events.MessageDelete]: Intents.GuildMessages,
	[Events.MessageDeleteBulk]: Intents.GuildMessages,
	[Events.MessageReactionAdd]: Intents.GuildMessageReactions,
	[Events.MessageReactionRemove]: Intents.GuildMessageReactions,
	[Events.MessageReactionRemoveAll]: Intents.GuildMessageReactions,
	[Events.MessageReactionRemoveEmoji]: Intents.GuildMessageReactions,
};

const inConversations: Partial<Record<Events, Intents>> = {
	[Events.ChannelCreate]: Intents.DirectMessages,
	[Events.MessageCreate]: Intents.DirectMessages,
	[Events.MessageUpdate]: Intents.DirectMessages,
	[Events.MessageDelete]: Intents.DirectMessages,
	[Events.MessageReactionAdd]: Intents.DirectMessageReactions,
	[Events.MessageReactionRemove]: Intents.DirectMessageReactions,
	[Events.MessageReactionRemoveAll]: Intents.DirectMessageReactions,
	[Events.MessageReactionRemoveEmoji]: Intents.DirectMessageReactions,
};

/** @returns 0 where none is needed */
export function intentFor(type: Events, inGuild: boolean): number {
	// Of a server itself there is no channel to tell by.
	const isOfGuild = inGuild || type === Events.GuildCreate || type === Events.GuildDelete;
	return (isOfGuild ? inGuilds : inConversations)[type] ?? 0;
}
