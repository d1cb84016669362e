/** What can go wrong in the distributed shape, and how it is made to while events are on their way. */
import { rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import type { TestPostgres } from "../../infra/servers/postgres.ts";
import type { TestRedis } from "../../infra/servers/redis.ts";
import type { ChatEvent } from "../../src/chat/event.ts";
import type { DistributedShape, Role } from "../support/distributed-shape.ts";
import type { ApiFault } from "../support/fake-platform-server.ts";
import type { Route } from "../support/platform-deliveries.ts";
import type { Death } from "../support/supervised.ts";

/** What a fault is made with. */
export interface Scene {
	shape: DistributedShape;
	postgres: TestPostgres;
	redis: TestRedis;
	/** Where Redis keeps what outlives it. */
	redisFolder: string;
}

export interface Fault {
	/** As the table has it. */
	name: string;
	/** How events reach the bot. Default: images by the gateway, the rest by HTTP. */
	route?: (event: ChatEvent) => Route;
	/**
	 * Begins to make it.
	 * @param every it strikes again and again, after about so many events each time; if not given, once
	 * @returns ends it, and says how often it struck
	 */
	begin(scene: Scene, every?: number): () => Promise<number>;
}

/** Where a worker dies, in the order of docs/design.md section 2; few events pass those that are rare. */
const WORKER_DEATHS: [point: string, words: string, rare?: "rare"][] = [
	["after begin", "as its job begins"],
	["after readAttachment", "when it has an image's bytes"],
	["after embedImage", "when an image is encoded"],
	["after keep", "when an image's tags are kept"],
	["after claim", "when the reply is claimed"],
	["before reply", "before the reply is sent"],
	["after reply", "when the platform has taken the reply, and nobody knows"],
	["after markPosted", "when the reply is noted"],
	["before settle", "before the outcome is written"],
	["after settle", "when the outcome is written"],
	["before edit", "before a reply is edited", "rare"],
	["after edit", "when a reply is edited", "rare"],
];

/** Where whoever takes events in dies. */
const TAKING_DEATHS: [point: string, words: string][] = [
	["before record", "before the event is written down"],
	["after record", "when the event is written down"],
	["after enqueue", "when the job is in the queue"],
	["before acknowledging", "before the acknowledgement"],
];

export const workerDeaths: Fault[] = WORKER_DEATHS.map(([point, words, rare]) => ({
	name: `worker killed ${words}`,
	begin: killing("worker", point, rare ? { first: 1, share: 0.2 } : { first: 4, share: 1 }),
}));

const takingDeaths: Fault[] = (["front", "forwarder"] as const).flatMap((role) =>
	TAKING_DEATHS.map(([point, words]) => ({
		name: `${role === "front" ? "front" : "gateway forwarder"} killed ${words}`,
		route: () => (role === "front" ? ("http" as const) : ("gateway" as const)),
		begin: killing(role, point, { first: 8, share: 1 }),
	})),
);

const serverFaults: Fault[] = [
	{
		name: "Redis killed and restarted, all it held gone",
		begin: restarting(async ({ redis, redisFolder }) => {
			await redis.kill();
			rmSync(`${redisFolder}/appendonlydir`, { recursive: true });
			await setTimeout(GONE_MS);
			await redis.restart();
		}),
	},
	{
		name: "Redis killed and restarted with its append-only file",
		begin: restarting(async ({ redis }) => {
			await redis.kill();
			await setTimeout(GONE_MS);
			await redis.restart();
		}),
	},
	{
		name: "Postgres killed and restarted",
		begin: restarting(async ({ postgres }) => {
			await postgres.kill();
			await setTimeout(GONE_MS);
			await postgres.restart();
		}),
	},
];

const apiFaults: Fault[] = (
	[
		["429", "platform answers 429 with Retry-After"],
		["500 before", "platform answers 500 and has done nothing"],
		["500 after", "platform answers 500 and has done it"],
		["never", "platform never answers, done or not"],
	] satisfies [ApiFault, string][]
).map(([fault, name]) => ({
	name,
	begin({ shape: { platform } }) {
		const before = platform.wrong;
		platform.fault = fault;
		return async () => {
			platform.fault = undefined;
			return platform.wrong - before;
		};
	},
}));

const deliveredTwice: Fault = {
	name: "every event delivered twice at once",
	begin({ shape: { deliveries } }) {
		const before = deliveries.made;
		deliveries.twice = true;
		return async () => {
			deliveries.twice = false;
			return Math.floor((deliveries.made - before) / 2);
		};
	},
};

export const otherFaults: Fault[] = [...takingDeaths, ...serverFaults, ...apiFaults, deliveredTwice];

/** How long a server is away. */
const GONE_MS = 300;

/** Passings from one death to the next: with fewer, what is tried alone after a death would die of it again and again. */
const LEAST = 5;

/**
 * @param first the passing of the point at which it dies, if it dies once
 * @param share of the events that pass the point
 */
function killing(role: Role, point: string, { first, share }: { first: number; share: number }): Fault["begin"] {
	return ({ shape }, every) => {
		const processes = shape.processes[role];
		const deaths = () => processes.flatMap((process) => process.deaths).filter((died) => died === point).length;
		const arm = (death: Death | undefined) => {
			for (const process of processes) process.arm(death);
		};
		const before = deaths();
		shape.onDeath = () => every ?? arm(undefined);
		arm({ point, nth: every === undefined ? first : Math.max(LEAST, Math.ceil(every * share)) });
		return async () => {
			shape.onDeath = () => {};
			arm(undefined);
			return deaths() - before;
		};
	};
}

/** Replies until a server is restarted, if it is once. */
const FIRST_REPLIES = 3;

function restarting(restart: (scene: Scene) => Promise<void>): Fault["begin"] {
	return (scene, every) => {
		const { posts } = scene.shape.platform;
		let ended = false;
		let times = 0;
		const repeat = async () => {
			do {
				const from = posts.length;
				while (!ended && posts.length < from + (every ?? FIRST_REPLIES)) await setTimeout(5);
				if (ended) return;
				await restart(scene);
				times++;
			} while (every !== undefined);
		};
		const repeating = repeat();
		return async () => {
			ended = true;
			await repeating;
			return times;
		};
	};
}
