/** The gateway's connection by discord.js: opened, kept, resumed; given up only where Discord wants no more of it. */
import {
	Client,
	DiscordjsError,
	DiscordjsErrorCodes,
	Events,
	GatewayCloseCodes,
	type GatewayDispatchPayload,
	GatewayIntentBits,
	Options,
	type RESTOptions,
	Status,
} from "discord.js";
import type { Logger } from "pino";
import type { DiscordConfig } from "../../config.ts";
import { discordErrors, UserError } from "../../errors.ts";
import { retryDelay } from "../../jobs/jobs.ts";

export interface ConnectionOptions {
	discord: DiscordConfig;
	makeRequest?: RESTOptions["makeRequest"];
	/** Told, in order. */
	onPacket: (packet: GatewayDispatchPayload, shard: number) => void;
	/** A new client, before it connects. */
	onClient: (client: Client<true>) => void;
	/** A shard's session begins: what was told to none is lost. */
	onBegin: () => void;
	log: Pick<Logger, "info" | "warn">;
	/** Milliseconds from the first failure to connect to the next attempt. */
	pauseMs?: number;
}

export interface Connection {
	/**
	 * Connects, and resolves once it is closed; where Discord can't be reached it tries again.
	 * @throws UserError `discord.bad-token`, `discord.intent-missing`, `discord.sharding-required`, `discord.gateway-refused`
	 */
	run(): Promise<void>;
	isConnected(): boolean;
	/** When the gateway last proved to be there, by every shard. */
	heardAt(): Date | undefined;
	close(): Promise<void>;
}

const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** What the bot asks to be told: docs/discord.md says why each. */
export function intentsFor(messageContent: boolean): GatewayIntentBits[] {
	const always = [
		GatewayIntentBits.Guilds,
		GatewayIntentBits.GuildMessages,
		GatewayIntentBits.GuildMessageReactions,
		GatewayIntentBits.DirectMessages,
		GatewayIntentBits.DirectMessageReactions,
	];
	return messageContent ? [...always, GatewayIntentBits.MessageContent] : always;
}

export function createConnection(options: ConnectionOptions): Connection {
	const { discord, makeRequest, onPacket, onClient, onBegin, log, pauseMs = PAUSE_MS } = options;
	const closing = new AbortController();
	const closed = new Promise<void>((resolve) => closing.signal.addEventListener("abort", () => resolve()));
	let client: Client | undefined;
	/** When something was told last, by shard, in milliseconds. */
	const packetAt = new Map<number, number>();

	function open(): Client {
		const opened = new Client({
			intents: intentsFor(discord.messageContent),
			// As many as Discord recommends, asked anew by each client.
			shards: "auto",
			rest: { api: discord.apiUrl, ...(makeRequest && { makeRequest }) },
			makeCache: Options.cacheWithLimits(caches),
		});
		opened.on(Events.Raw, (packet: GatewayDispatchPayload, shard: number) => {
			if (closing.signal.aborted) return;
			packetAt.set(shard, Date.now());
			onPacket(packet, shard);
		});
		opened.on(Events.ShardReady, (shard) => {
			log.info({ shard }, "Discord's gateway tells what happens");
			onBegin();
		});
		opened.on(Events.ShardResume, (shard, replayed) => log.info({ shard, replayed }, "Discord's gateway goes on"));
		opened.on(Events.ShardReconnecting, (shard) => log.warn({ shard }, "the connection to Discord's gateway broke"));
		const failed = (error: Error) => log.warn({ err: error }, "the connection to Discord's gateway failed");
		opened.on(Events.ShardError, failed).on(Events.Error, failed);
		return opened;
	}

	/** @throws what `login` throws, or UserError once Discord has closed it for good */
	async function connect(): Promise<void> {
		const opened = open();
		client = opened;
		// Its fields are there once it is connected, before anything is told.
		onClient(opened as Client<true>);
		const over = new Promise<never>((_, reject) => {
			opened.on(Events.ShardDisconnect, ({ code }) => reject(refused(code)));
		});
		over.catch(() => {});
		await Promise.race([opened.login(discord.token), over, closed]);
		await Promise.race([over, closed]);
	}

	return {
		async run() {
			for (let attempt = 1; !closing.signal.aborted; attempt++) {
				try {
					await connect();
				} catch (error) {
					const wasReady = client?.isReady() === true;
					await client?.destroy();
					const refusal = refusalOf(error);
					// A bot that has grown meanwhile: the next client asks how many shards it takes.
					const hasGrown = wasReady && refusal?.code === "discord.sharding-required";
					if (refusal && !hasGrown) throw refusal;
					log.warn({ err: error, attempt }, "Discord can't be reached, and is tried again");
					await pause(Math.min(LONGEST_PAUSE_MS, retryDelay(Math.min(attempt, 8), pauseMs, Math.random())), closed);
				}
			}
		},
		isConnected: () => client?.isReady() === true && client.ws.shards.every(({ status }) => status === Status.Ready),
		heardAt() {
			const shards = client?.ws.shards.map((shard) => Math.max(packetAt.get(shard.id) ?? 0, shard.lastPingTimestamp));
			const heard = shards?.length ? Math.min(...shards) : 0;
			return heard > 0 ? new Date(heard) : undefined;
		},
		async close() {
			closing.abort();
			await client?.destroy();
		},
	};
}

/** Of all that discord.js would keep, only servers, their channels, roles and the bot itself are looked at again. */
const caches: Parameters<typeof Options.cacheWithLimits>[0] = {
	...Options.DefaultMakeCacheSettings,
	MessageManager: 0,
	ReactionManager: 0,
	GuildEmojiManager: 0,
	GuildStickerManager: 0,
	PresenceManager: 0,
	VoiceStateManager: 0,
	GuildMemberManager: { maxSize: 0, keepOverLimit: ({ id, client }) => id === client.user.id },
	UserManager: { maxSize: 0, keepOverLimit: ({ id, client }) => id === client.user?.id },
};

/** Why Discord doesn't want this bot to connect; undefined where trying again may help. */
function refusalOf(error: unknown): UserError | undefined {
	if (error instanceof UserError) return error;
	if (error instanceof DiscordjsError && error.code === DiscordjsErrorCodes.TokenInvalid)
		return discordErrors.badToken();
	// @discordjs/ws gives these nothing but words.
	if (error instanceof Error && error.message === "Used disallowed intents") return discordErrors.intentMissing();
	if (error instanceof Error && error.message === "Authentication failed") return discordErrors.badToken();
	if (error instanceof Error && error.message === "Sharding is required") return discordErrors.shardingRequired();
	return undefined;
}

/** @param code with which the gateway closed the connection */
function refused(code: number): UserError {
	if (code === GatewayCloseCodes.DisallowedIntents) return discordErrors.intentMissing();
	if (code === GatewayCloseCodes.AuthenticationFailed) return discordErrors.badToken();
	if (code === GatewayCloseCodes.ShardingRequired) return discordErrors.shardingRequired();
	return discordErrors.gatewayRefused(code);
}

async function pause(milliseconds: number, until: Promise<void>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	await Promise.race([new Promise((resolve) => (timer = setTimeout(resolve, milliseconds))), until]);
	clearTimeout(timer);
}
