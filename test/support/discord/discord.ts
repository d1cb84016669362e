/**
 * A Discord of our own on loopback, in place of the real one: REST API, gateway, CDN, signed interactions, and the people
 * who use it. It refuses what Discord refuses, and keeps a list of it.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { startCdn } from "./cdn.ts";
import type { CallPattern, Fault } from "./faults.ts";
import { matches } from "./faults.ts";
import { Gateway } from "./gateway.ts";
import { type GuildOptions, Server } from "./guilds.ts";
import { Interactions } from "./interactions.ts";
import { setArchived } from "./messages.ts";
import { Person } from "./people.ts";
import type { Channel, Message } from "./records.ts";
import { Rest, type RestCall } from "./rest.ts";
import { type Commands, commandRoutes } from "./rest-commands.ts";
import { guildRoutes } from "./rest-guilds.ts";
import { messageRoutes, type Nonces } from "./rest-messages.ts";
import { reactionRoutes } from "./rest-reactions.ts";
import { threadRoutes } from "./rest-threads.ts";
import { webhookRoutes } from "./rest-webhooks.ts";
import { World } from "./world.ts";

export interface DiscordOptions {
	/** What its ids, links, tokens and signatures go by. */
	now?: () => Date;
	/** How long an app has for its first answer; Discord's own is 3 s. */
	answerMs?: number;
	/**
	 * Whether bodies are held to `checkBody`; default: they are. discord.js's own managers send fields that it refuses and
	 * Discord overlooks, such as the `type` of a message's thread.
	 */
	checksBodies?: boolean;
}

export type Discord = Awaited<ReturnType<typeof startDiscord>>;

const NONCE_MS = 5 * 60 * 1000;

export async function startDiscord(options: DiscordOptions = {}) {
	const { now = () => new Date(), answerMs = 3000, checksBodies = true } = options;
	const cdn = await startCdn(now);
	const world = new World(now, cdn);
	world.checksBodies = checksBodies;
	const token = `${Buffer.from(world.appId).toString("base64url")}.local.${"x".repeat(38)}`;
	const commands: Commands = new Map();
	const nonces: Nonces = { ms: NONCE_MS, posted: new Map() };
	const interactions = new Interactions(world);
	interactions.answerMs = answerMs;
	const gateway = new Gateway(world, token);
	const app = {
		gatewayUrl: "",
		shards: () => gateway.shards,
		publicKey: interactions.publicKey,
		interactionsUrl: () => interactions.url,
	};
	const rest = new Rest(world, token, {
		...guildRoutes(app),
		...messageRoutes(nonces),
		...reactionRoutes(),
		...threadRoutes(),
		...commandRoutes(commands),
		...webhookRoutes(interactions),
	});
	rest.server.listen(0, "127.0.0.1");
	await once(rest.server, "listening");
	// A server that listens on a TCP port has an AddressInfo; only pipes have a string.
	const { port } = rest.server.address() as AddressInfo;
	app.gatewayUrl = `ws://127.0.0.1:${port}/gateway`;
	gateway.listen(rest.server, app.gatewayUrl);

	const person = (name: string, bot = false) => new Person(world.addUser(name, bot), world, interactions, commands);
	return {
		/** For `DISCORD_API_URL`. */
		apiUrl: `http://127.0.0.1:${port}/api`,
		token,
		applicationId: world.appId,
		/** Of the key that interactions are signed with, in hex. */
		publicKey: interactions.publicKey,
		/** The bot as Discord's user. */
		bot: world.bot,
		world,
		cdn,
		rest,
		gateway,
		interactions,
		commands,
		nonces,

		addGuild: (options: GuildOptions = {}): Server => new Server(world, options, person),
		/** Someone who is in no server yet. */
		addPerson: (name: string): Person => person(name),
		/** A conversation of people without the bot: of two, or a group. */
		addConversation: (...people: Person[]): Channel => world.conversation(people.map(({ user }) => user)),
		/** What everyone in a channel sees, oldest first. */
		messages: (channel: Channel): Message[] => {
			return [...channel.messages.values()].filter(({ visibleTo }) => visibleTo === undefined);
		},
		/** Whether the app has the Message Content intent; it has, unless a test takes it away. */
		allowsMessageContent(allowed: boolean): void {
			world.messageContent = allowed;
		},
		/** As Discord does to threads that nobody writes in. */
		archives(thread: Channel): void {
			setArchived(world, thread, true);
		},
		/** The next calls of a kind go wrong. @param pattern such as `POST /channels/:channel/messages` */
		fails(pattern: CallPattern, fault: Fault, times = 1): void {
			rest.faults.add(pattern, fault, times);
		},
		/** The calls of a kind that the bot made. */
		calls(pattern: CallPattern): RestCall[] {
			return rest.calls.filter(({ method, path }) => matches(pattern, `${method} ${path}`));
		},
		/**
		 * All that the bot did wrong: calls and answers that were refused, answers that came late, its token shown to the CDN.
		 * A test's end expects none.
		 */
		complaints(): string[] {
			const ofCalls = rest.refused.map((call) => {
				return `${call.method} ${call.path}: ${call.status} ${call.code} ${call.message}`;
			});
			const ofAnswers = interactions.all
				.filter(({ outcome }) => outcome === "late" || outcome === "refused")
				.map(({ id, outcome, why }) => `interaction ${id}: ${outcome} ${why ?? ""}`);
			const shown = cdn.requests.filter(({ authorization }) => authorization !== undefined);
			return [...ofCalls, ...ofAnswers, ...shown.map(({ path }) => `the CDN was shown a token for ${path}`)];
		},
		async close(): Promise<void> {
			await gateway.close();
			rest.server.close();
			rest.server.closeAllConnections();
			await once(rest.server, "close");
			await cdn.close();
		},
	};
}
