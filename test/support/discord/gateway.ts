/** The gateway: sessions that are told of what happens, broken off and resumed. */
import { once } from "node:events";
import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import {
	GatewayCloseCodes,
	GatewayDispatchEvents,
	GatewayIntentBits,
	GatewayOpcodes,
	type GatewaySendPayload,
} from "discord.js";
import { type WebSocket, WebSocketServer } from "ws";
import { intentFor } from "./intents.ts";
import type { Guild } from "./records.ts";
import { guildCreateJson, userJson } from "./wire.ts";
import type { Dispatch, World } from "./world.ts";

interface Session {
	readonly id: string;
	readonly intents: number;
	/** Which of how many it is. */
	readonly shard: readonly [number, number];
	/** Everything told so far, by its number less one. */
	readonly told: { t: string; d: unknown }[];
	socket: WebSocket | undefined;
}

export interface DropOptions {
	/** Whether what happens meanwhile is told on resuming; otherwise it is lost. Default: it is. */
	resumable?: boolean;
	/** Given: the socket is closed with this code, instead of broken. */
	code?: number;
}

const HEARTBEAT_MS = 41_250;

export class Gateway {
	/** Of those that began and can still be resumed. */
	readonly #sessions = new Map<string, Session>();
	readonly #world: World;
	readonly #token: string;
	readonly #sockets = new WebSocketServer({ noServer: true });
	/** Dispatches until the next break. */
	#dropIn: { left: number; options: DropOptions } | undefined;
	#url = "";
	#waiting: (() => void)[] = [];
	/** How often a session began, and was resumed. */
	identified = 0;
	resumed = 0;
	/** Nobody gets in while it is. */
	down = false;
	/** Sessions that the bot's servers are told in, each at least; it recommends as many. */
	shards = 1;
	/** With which code whoever begins a session is refused. */
	refusesWith: GatewayCloseCodes | undefined;
	/** Servers that have an outage: nothing else is told of them. */
	readonly outages = new Set<string>();

	constructor(world: World, token: string) {
		this.#world = world;
		this.#token = token;
		world.onDispatch = (dispatch) => this.#dispatch(dispatch);
	}

	/** @param url where the server listens, as `ws://host:port` */
	listen(server: Server, url: string): void {
		this.#url = url;
		server.on("upgrade", (request, socket: Duplex, head) => {
			if (this.down) return void socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
			this.#sockets.handleUpgrade(request, socket, head, (connected) => this.#greet(connected));
		});
	}

	/** Whether someone listens now. */
	get connected(): boolean {
		return [...this.#sessions.values()].some(({ socket }) => socket !== undefined);
	}

	/** Resolves once someone listens: at once, or when the next session begins or is resumed. */
	async ready(): Promise<void> {
		while (!this.connected) await new Promise<void>((resolve) => this.#waiting.push(resolve));
	}

	/** Breaks all connections now. */
	drop({ resumable = true, code }: DropOptions = {}): void {
		this.#dropIn = undefined;
		for (const session of this.#sessions.values()) {
			const { socket } = session;
			session.socket = undefined;
			if (!resumable) this.#sessions.delete(session.id);
			if (code === undefined) socket?.terminate();
			else socket?.close(code);
		}
	}

	/** Breaks all connections after so many more dispatches; the one that comes next isn't sent any more. */
	dropAfter(dispatches: number, options: DropOptions = {}): void {
		this.#dropIn = { left: dispatches, options };
	}

	/** Asks everyone to connect anew, as Discord does now and then. */
	askToReconnect(): void {
		for (const { socket } of this.#sessions.values()) send(socket, { op: GatewayOpcodes.Reconnect, d: null });
	}

	async close(): Promise<void> {
		this.drop({ resumable: false });
		for (const socket of this.#sockets.clients) socket.terminate();
		this.#sockets.close();
		await once(this.#sockets, "close");
	}

	#greet(socket: WebSocket): void {
		send(socket, { op: GatewayOpcodes.Hello, d: { heartbeat_interval: HEARTBEAT_MS } });
		let session: Session | undefined;
		socket.on("error", () => {});
		socket.on("close", (code) => {
			if (session?.socket !== socket) return;
			session.socket = undefined;
			// A client that leaves in good order doesn't come back to its session.
			if (code === 1000 || code === 1001) this.#sessions.delete(session.id);
		});
		socket.on("message", (data) => {
			// What isn't such a payload has none of these codes.
			const payload = JSON.parse(`${data}`) as GatewaySendPayload;
			switch (payload.op) {
				case GatewayOpcodes.Heartbeat:
					return send(socket, { op: GatewayOpcodes.HeartbeatAck, d: null });
				case GatewayOpcodes.Identify: {
					const { token, intents, shard = [0, 1] } = payload.d;
					if (token !== this.#token) return socket.close(GatewayCloseCodes.AuthenticationFailed);
					if (!this.#allows(intents)) return socket.close(GatewayCloseCodes.DisallowedIntents);
					if (this.refusesWith !== undefined) return socket.close(this.refusesWith);
					if (shard[1] < this.shards) return socket.close(GatewayCloseCodes.ShardingRequired);
					session = this.#begin(socket, intents, shard);
					return;
				}
				case GatewayOpcodes.Resume:
					session = this.#sessions.get(payload.d.session_id);
					if (!session || payload.d.token !== this.#token)
						return send(socket, { op: GatewayOpcodes.InvalidSession, d: false });
					return this.#resume(session, socket, payload.d.seq);
				case GatewayOpcodes.PresenceUpdate:
					return;
				default:
					socket.close(GatewayCloseCodes.UnknownOpcode);
			}
		});
	}

	#allows(intents: number): boolean {
		const { MessageContent, GuildMembers, GuildPresences } = GatewayIntentBits;
		return !(intents & (GuildMembers | GuildPresences)) && (!(intents & MessageContent) || this.#world.messageContent);
	}

	/** A server has an outage, and whoever listens is told that. */
	failsFor({ id }: Guild): void {
		this.#dispatch({ type: GatewayDispatchEvents.GuildDelete, data: () => ({ id, unavailable: true }) });
		this.outages.add(id);
	}

	/** A server's outage is over, and it is told in full to whoever listens. */
	recovers(guild: Guild): void {
		this.outages.delete(guild.id);
		this.#dispatch({ type: GatewayDispatchEvents.GuildCreate, data: () => guildCreateJson(this.#world, guild) });
	}

	#begin(socket: WebSocket, intents: number, shard: Session["shard"]): Session {
		const id = this.#world.nextId();
		const session: Session = { id, intents, shard, told: [], socket };
		this.#sessions.set(id, session);
		const guilds = [...this.#world.guilds.values()].filter((guild) => {
			return this.#world.isBotIn(guild) && isOf(shard, guild.id);
		});
		this.#tell(session, GatewayDispatchEvents.Ready, {
			v: 10,
			user: { ...userJson(this.#world.bot), verified: true, mfa_enabled: false },
			guilds: guilds.map((guild) => ({ id: guild.id, unavailable: true })),
			session_id: id,
			resume_gateway_url: `${this.#url}/resume`,
			shard,
			application: { id: this.#world.appId, flags: 0 },
		});
		if (intents & GatewayIntentBits.Guilds) {
			for (const guild of guilds) {
				const isOut = this.outages.has(guild.id);
				const about = isOut ? { id: guild.id, unavailable: true } : guildCreateJson(this.#world, guild);
				this.#tell(session, GatewayDispatchEvents.GuildCreate, about);
			}
		}
		this.identified++;
		this.#listened();
		return session;
	}

	#resume(session: Session, socket: WebSocket, sequence: number): void {
		session.socket?.terminate();
		session.socket = socket;
		for (let s = sequence + 1; s <= session.told.length; s++) this.#send(session, s);
		this.#tell(session, GatewayDispatchEvents.Resumed, {});
		this.resumed++;
		this.#listened();
	}

	#listened(): void {
		for (const resolve of this.#waiting.splice(0)) resolve();
	}

	#dispatch({ type, channel, data }: Dispatch): void {
		if (channel && !this.#world.botSees(channel)) return;
		const guild = channel ? channel.guild?.id : guildIn(type, data(false));
		if (guild !== undefined && this.outages.has(guild)) return;
		for (const session of [...this.#sessions.values()]) {
			const intent = intentFor(type, channel?.guild !== undefined);
			if (intent !== 0 && !(session.intents & intent)) continue;
			if (!isOf(session.shard, guild)) continue;
			if (this.#dropIn && session.socket && this.#dropIn.left-- === 0) this.drop(this.#dropIn.options);
			// What came too early for a session that can't be resumed is lost.
			if (!this.#sessions.has(session.id)) continue;
			this.#tell(session, type, data((session.intents & GatewayIntentBits.MessageContent) !== 0));
		}
	}

	#tell(session: Session, t: string, d: unknown): void {
		session.told.push({ t, d });
		this.#send(session, session.told.length);
	}

	#send({ told, socket }: Session, s: number): void {
		send(socket, { op: GatewayOpcodes.Dispatch, s, ...told[s - 1] });
	}
}

/** @param guild conversations with the bot belong to the first shard */
function isOf([shard, count]: Session["shard"], guild: string | undefined): boolean {
	return BigInt(shard) === (guild === undefined ? 0n : (BigInt(guild) >> 22n) % BigInt(count));
}

/** The server that something is told of, where there is no channel to say it. */
function guildIn(type: GatewayDispatchEvents, data: unknown): string | undefined {
	// Whatever is told is an object, and those of a server have its id.
	const { id, guild_id } = data as { id?: string; guild_id?: string };
	const isGuild = type === GatewayDispatchEvents.GuildCreate || type === GatewayDispatchEvents.GuildDelete;
	return isGuild ? id : guild_id;
}

function send(socket: WebSocket | undefined, payload: object): void {
	if (socket?.readyState === socket?.OPEN) socket?.send(JSON.stringify(payload));
}
