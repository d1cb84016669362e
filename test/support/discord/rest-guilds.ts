/** Routes of servers, channels, people and the bot itself. */
import { ApplicationFlags } from "discord.js";
import { removeChannel } from "./messages.ts";
import type { User } from "./records.ts";
import { refusals } from "./refusals.ts";
import { bodyOf, channelOf, guildOf, NOTHING, ok, type Routes } from "./rest-call.ts";
import { changeThread } from "./rest-threads.ts";
import { channelJson, guildJson, memberJson, roleJson, userJson } from "./wire.ts";
import type { World } from "./world.ts";

/** What the app says of itself, and where its gateway is. */
export interface AppInformation {
	gatewayUrl: string;
	/** Over how many connections its gateway is to be listened to. */
	shards(): number;
	publicKey: string;
	interactionsUrl(): string | undefined;
}

export function guildRoutes(app: AppInformation): Routes {
	const about: Routes[string] = ({ world }) => ok(applicationJson(world, app));
	return {
		"GET /gateway/bot": () =>
			ok({
				url: app.gatewayUrl,
				shards: app.shards(),
				session_start_limit: { total: 1000, remaining: 999, reset_after: 86_400_000, max_concurrency: app.shards() },
			}),
		"GET /gateway": () => ok({ url: app.gatewayUrl }),
		"GET /applications/@me": about,
		"GET /oauth2/applications/@me": about,
		"GET /users/@me": ({ world }) =>
			ok({ ...userJson(world.bot), verified: true, mfa_enabled: false, locale: "en-US" }),
		"GET /users/@me/guilds": ({ world }) => {
			const guilds = [...world.guilds.values()].filter((guild) => world.isBotIn(guild));
			return ok(
				guilds.map((guild) => {
					const { id, name, permissions, features } = guildJson(world, guild);
					return { id, name, permissions, features, icon: null, banner: null, owner: false };
				}),
			);
		},
		"POST /users/@me/channels": (call) => {
			const { world } = call;
			const user = world.users.get(bodyOf<{ recipient_id: string }>(call).recipient_id ?? "");
			if (!user) throw refusals.unknownUser();
			if (!sharesPlace(world, user)) throw refusals.cannotMessage();
			return ok(channelJson(world, world.conversation([user, world.bot])));
		},
		"GET /users/:user": (call) => {
			const user = call.world.users.get(call.param("user"));
			if (!user) throw refusals.unknownUser();
			return ok(userJson(user));
		},
		"GET /guilds/:guild": (call) => ok(guildJson(call.world, guildOf(call))),
		"GET /guilds/:guild/channels": (call) => {
			const channels = call.world.channelsOf(guildOf(call)).filter(({ thread }) => !thread);
			return ok(channels.map((channel) => channelJson(call.world, channel)));
		},
		"GET /guilds/:guild/roles": (call) => ok([...guildOf(call).roles.values()].map(roleJson)),
		"GET /guilds/:guild/members/:user": (call) => {
			const member = guildOf(call).members.get(call.param("user"));
			if (!member) throw refusals.unknownMember();
			return ok(memberJson(member));
		},
		// Everyone at once needs the Guild Members intent, which this app hasn't got.
		"GET /guilds/:guild/members": () => {
			throw refusals.missingAccess();
		},
		"DELETE /users/@me/guilds/:guild": (call) => {
			guildOf(call).members.delete(call.world.bot.id);
			return NOTHING;
		},
		"GET /channels/:channel": (call) => ok(channelJson(call.world, channelOf(call))),
		"PATCH /channels/:channel": (call) => changeThread(call),
		"DELETE /channels/:channel": (call) => {
			const channel = channelOf(call);
			if (channel.guild) channelOf(call, channel.thread ? "ManageThreads" : "ManageChannels");
			const json = channelJson(call.world, channel);
			removeChannel(call.world, channel);
			return ok(json);
		},
	};
}

function sharesPlace(world: World, user: User): boolean {
	return user.hasApp || [...world.guilds.values()].some((guild) => guild.members.has(user.id) && world.isBotIn(guild));
}

function applicationJson(world: World, { publicKey, interactionsUrl }: AppInformation) {
	return {
		id: world.appId,
		name: world.bot.name,
		icon: null,
		description: "",
		bot: userJson(world.bot),
		bot_public: true,
		bot_require_code_grant: false,
		verify_key: publicKey,
		flags: world.messageContent ? ApplicationFlags.GatewayMessageContentLimited : 0,
		interactions_endpoint_url: interactionsUrl() ?? null,
		integration_types_config: { 0: {}, 1: {} },
		approximate_guild_count: [...world.guilds.values()].filter((guild) => world.isBotIn(guild)).length,
		team: null,
	};
}
