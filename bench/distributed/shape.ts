/** The distributed shape on this machine for measuring: real Redis and Postgres, processes of its own. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { createDatabase, findOrInstallPostgres, startPostgres } from "../../infra/servers/postgres.ts";
import { findOrInstallRedis, startRedis } from "../../infra/servers/redis.ts";
import type { Order, Report, Told } from "./messages.ts";

export interface Shape {
	databaseUrl: string;
	redisUrl: string;
	startWorker(env?: Record<string, string>): Promise<BenchProcess>;
	startFront(): Promise<BenchProcess & { url: string }>;
	/** Milliseconds since 1970 at which an event was answered; waits for it. Rejects if all it says is what went wrong. */
	answered(key: string): Promise<number>;
	close(): Promise<void>;
}

export interface BenchProcess {
	order(order: Order): Promise<void>;
	report(): Promise<Report>;
	stop(): Promise<void>;
}

export async function openShape(): Promise<Shape> {
	const [redisProgram, postgresProgram] = [await findOrInstallRedis(), await findOrInstallPostgres()];
	if (!redisProgram || !postgresProgram) throw new Error("this benchmark needs redis-server and Postgres");
	const [redis, postgres] = await Promise.all([startRedis(redisProgram), startPostgres(postgresProgram)]);
	const { url: databaseUrl } = await createDatabase(postgres.url);
	const env = {
		...process.env,
		DATABASE_URL: databaseUrl,
		REDIS_URL: redis.url,
		LOG_LEVEL: "warn",
		NODE_OPTIONS: "--expose-gc",
	};
	const started: BenchProcess[] = [];
	const answers = new Map<string, Answer>();
	const waiting = new Map<string, (answer: Answer) => void>();

	async function start(program: "worker" | "front", more: Record<string, string>) {
		const child = fork(new URL(`./${program}.js`, import.meta.url), { env: { ...env, ...more } });
		child.on("message", (told: Told) => {
			if (told.kind !== "answered") return;
			answers.set(told.key, told);
			waiting.get(told.key)?.(told);
			waiting.delete(told.key);
		});
		const ready = await next(child, "ready");
		const one: BenchProcess = {
			async order(order) {
				const done = next(child, "done");
				child.send(order);
				await done;
			},
			async report() {
				const told = next(child, "report");
				child.send({ kind: "report" } satisfies Order);
				return await told;
			},
			async stop() {
				if (child.exitCode !== null || child.signalCode !== null) return;
				const gone = once(child, "exit");
				if (child.connected) child.disconnect();
				await gone;
			},
		};
		started.push(one);
		return { ...one, url: ready.url ?? "" };
	}

	return {
		databaseUrl,
		redisUrl: redis.url,
		startWorker: (more = {}) => start("worker", more),
		startFront: () => start("front", {}),
		async answered(key) {
			const answer = answers.get(key) ?? (await new Promise<Answer>((resolve) => waiting.set(key, resolve)));
			answers.delete(key);
			if (answer.wrong) throw new Error(`an event of the benchmark was refused: ${key}`);
			return answer.at;
		},
		async close() {
			await Promise.all(started.map((one) => one.stop()));
			await redis.stop();
			await postgres.remove();
		},
	};
}

type Kind = Told["kind"];
type Answer = Extract<Told, { kind: "answered" }>;

function next<Wanted extends Kind>(child: ChildProcess, kind: Wanted): Promise<Extract<Told, { kind: Wanted }>> {
	return new Promise((resolve, reject) => {
		const end = (code: number | null) => reject(new Error(`a process of the benchmark ended (${code})`));
		const look = (told: Told) => {
			if (told.kind !== kind) return;
			child.off("message", look);
			child.off("exit", end);
			// The kind was compared above; TypeScript doesn't narrow by a type parameter.
			resolve(told as Extract<Told, { kind: Wanted }>);
		};
		child.on("message", look);
		child.once("exit", end);
	});
}
