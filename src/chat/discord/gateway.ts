/**
 * The gateway: Discord tells what happens over a connection, and it is taken in before it counts as told. Nothing is lost
 * where the connection breaks: a session that goes on tells it again, and what no session was told is asked for.
 */
import {
	RESTJSONErrorCodes as Codes,
	Events,
	GatewayDispatchEvents,
	type GatewayDispatchPayload,
	MessageFlags,
	type REST,
	Routes,
} from "discord.js";
import type { Logger } from "pino";
import type { DiscordConfig } from "../../config.ts";
import type { Store } from "../../store/store.ts";
import type { ChatEvent } from "../event.ts";
import type { AnswerInteraction } from "./answer-interaction.ts";
import { createConnection } from "./gateway-connection.ts";
import { createLines } from "./gateway-lines.ts";
import { createMark } from "./gateway-mark.ts";
import { earlier, readMissed } from "./gateway-missed.ts";
import { createTaking, type Taking } from "./gateway-taking.ts";
import { codeOf } from "./port-refusals.ts";

export interface GatewayOptions {
	discord: DiscordConfig;
	rest: REST;
	/** Resolves once an event is safe. */
	receive: (event: ChatEvent) => Promise<unknown>;
	/** Interactions come this way where the application has no address for them. */
	answer: AnswerInteraction;
	store: Pick<Store, "gatewayMarks" | "images" | "ping" | "votes">;
	now: () => Date;
	log: Logger;
	timing?: Partial<typeof TIMING>;
}

export interface Gateway {
	/**
	 * Connects, and resolves once it is closed; where Discord can't be reached it tries again.
	 * @throws UserError `discord.bad-token`, `discord.intent-missing`, `discord.sharding-required`, `discord.gateway-refused`
	 */
	run(): Promise<void>;
	/** @throws Error in words, if it isn't connected now */
	check(): Promise<void>;
	/** Is told nothing more; resolves once what was told is taken in. */
	close(): Promise<void>;
}

const TIMING = {
	/** Between two notes of how far it has told. */
	markMs: 15_000,
	/** Asked for again: two clocks, or two of Discord's own machines, may be so far apart. */
	overlapMs: 30_000,
	/** For what was told to be taken in, when it is closed. */
	closeMs: 10_000,
	/** From the first failure to connect to the next attempt. */
	connectMs: 1_000,
};

export function createGateway({
	discord,
	rest,
	receive,
	answer,
	store,
	now,
	log,
	...options
}: GatewayOptions): Gateway {
	const timing = { ...TIMING, ...options.timing };
	const lines = createLines({ log, isSound: () => answers(store.ping()) });
	/** By shard. */
	const sessions = new Map<number, string>();
	const answering = new Set<Promise<void>>();
	/** Servers that have an outage, and since when each wasn't read. */
	const outages = new Map<string, Date>();
	let taking: Taking | undefined;
	let readSince: ((since: Date) => Promise<void>) | undefined;
	let unreadSince: (() => Date | undefined) | undefined;
	let order = 0;

	const mark = createMark({
		store,
		applicationId: discord.applicationId,
		log,
		toldUntil() {
			const heard = lines.waiting === 0 && connection.isConnected() ? connection.heardAt() : undefined;
			return heard && new Date(heard.getTime() - timing.overlapMs);
		},
		unreadSince: () => unreadSince?.(),
		readSince: async (since) => await readSince?.(since),
	});

	/** What was posted is asked for, once the client itself has learnt what it was just told. */
	function askForMissed(): void {
		mark.missing();
		setImmediate(() => void mark.advance());
	}

	const connection = createConnection({
		discord,
		makeRequest: rest.options.makeRequest,
		log,
		pauseMs: timing.connectMs,
		onPacket,
		onClient(client) {
			const onOverflow = () => mark.missing();
			const taken = createTaking({ client, rest, receive, store, lines, onOverflow, now });
			taking = taken;
			readSince = (since) => readMissed({ client, rest, since, outages, now: now(), log, take: taken.message });
			unreadSince = () => {
				// One that the bot is no member of any more is never read.
				const unread = [...outages].filter(([id]) => client.guilds.cache.has(id)).map(([, since]) => since);
				return unread.reduce<Date | undefined>((first, since) => earlier(since, first), undefined);
			};
			client.on(Events.GuildUnavailable, ({ id }) => {
				outages.set(id, earlier(new Date(now().getTime() - timing.overlapMs), outages.get(id)));
			});
			client.on(Events.GuildAvailable, ({ id }) => {
				if (outages.has(id)) askForMissed();
			});
		},
		onBegin: askForMissed,
	});

	function onPacket(packet: GatewayDispatchPayload, shard: number): void {
		const at = now();
		order = Math.max(at.getTime() * 1000, order + 1);
		if (packet.t === GatewayDispatchEvents.Ready) sessions.set(shard, packet.d.session_id);
		else if (packet.t === GatewayDispatchEvents.InteractionCreate) interaction(packet.d);
		else taking?.packet(packet, { session: sessions.get(shard) ?? "", number: packet.s, at, order });
	}

	function interaction(payload: { id: string; token: string }): void {
		const answered = respond(payload)
			.catch((error) => log.warn({ err: error }, "an interaction could not be answered"))
			.finally(() => answering.delete(answered));
		answering.add(answered);
	}

	async function respond(payload: { id: string; token: string }): Promise<void> {
		const answered = await answer(payload);
		if (!answered) return;
		const { response: body, shown } = answered;
		try {
			await rest.post(Routes.interactionCallback(payload.id, payload.token), { body, auth: false });
		} catch (error) {
			if (codeOf(error) !== Codes.InteractionHasAlreadyBeenAcknowledged) throw error;
			// Another process was told the same, and was faster: but what this one shows is shown by no other.
			if (!shown) return;
			const edit = { ...shown, flags: MessageFlags.IsComponentsV2 };
			await rest.patch(Routes.webhookMessage(discord.applicationId, payload.token), { body: edit, auth: false });
		}
	}

	return {
		async run() {
			const marking = setInterval(() => void mark.advance(), timing.markMs);
			await connection.run().finally(() => clearInterval(marking));
		},
		async check() {
			if (!connection.isConnected()) throw new Error("not connected to Discord's gateway");
		},
		async close() {
			let timer: NodeJS.Timeout | undefined;
			const late = new Promise((resolve) => {
				timer = setTimeout(resolve, timing.closeMs);
			});
			await Promise.race([Promise.all([lines.idle(), ...answering]), late]);
			clearTimeout(timer);
			await mark.advance();
			await connection.close();
			lines.close();
		},
	};
}

async function answers(asked: Promise<unknown>): Promise<boolean> {
	return await asked.then(
		() => true,
		() => false,
	);
}
