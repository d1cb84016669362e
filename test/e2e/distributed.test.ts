/** The distributed shape as an operator runs it: a front and two workers on a real Redis and Postgres, and what may happen to them. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findOrInstallPostgres, startPostgres, type TestPostgres } from "../../infra/servers/postgres.ts";
import { findOrInstallRedis, startRedis, type TestRedis } from "../../infra/servers/redis.ts";
import type { WireMessage } from "../../src/chat/local/wire.ts";
import { openLive } from "../support/live-events.ts";
import { startTagalong, type Tagalong } from "../support/tagalong.ts";
import { picture, visit } from "../support/visitor.ts";

// A loaded machine takes its time; nothing here is judged by the clock.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const [redisServer, postgresPrograms] = await Promise.all([findOrInstallRedis(), findOrInstallPostgres()]);
const WITHIN = { timeout: 90_000, interval: 100 };
const RUNNING = 'tagalong_queue_jobs{state="running"}';

describe.skipIf(!redisServer || !postgresPrograms)("a front and two workers", () => {
	let redis: TestRedis;
	let postgres: TestPostgres;
	let dataDir: string;
	let env: Record<string, string>;
	let front: Tagalong;
	let workers: Tagalong[];
	let ann: Awaited<ReturnType<typeof visit>>;

	beforeAll(async () => {
		dataDir = await mkdtemp(join(tmpdir(), "tagalong-e2e-"));
		[redis, postgres] = await Promise.all([startRedis(redisServer ?? ""), startPostgres(postgresPrograms ?? "")]);
		env = {
			REDIS_URL: redis.url,
			DATABASE_URL: postgres.url,
			TAGALONG_DATA_DIR: dataDir,
			TAGALONG_LOCAL_CHAT: "on",
		};
		[front, ...workers] = await Promise.all([
			startTagalong("front", env),
			startTagalong("worker", env),
			startTagalong("worker", env),
		]);
		ann = await visit(front.url);
	});

	afterAll(async () => {
		await Promise.all([front, ...(workers ?? [])].map((process) => process?.stop()));
		await Promise.all([redis?.stop(), postgres?.remove()]);
		await rm(dataDir, { recursive: true, force: true });
	});

	const unseen = (word: string, count: number) => Array.from({ length: count }, (_, index) => `${word} ${index}`);

	/** The bot's only answer to a message, once nothing more is owed. */
	async function answerTo({ id }: WireMessage): Promise<WireMessage> {
		let answer: WireMessage | undefined;
		await vi.waitFor(async () => {
			const { messages } = await ann.messages();
			const replies = messages.filter(({ thread }) => thread === id);
			expect(messages.find((message) => message.id === id)?.working).toBe(false);
			expect(replies).toHaveLength(1);
			answer = replies[0];
		}, WITHIN);
		if (!answer) throw new Error("there is an answer");
		return answer;
	}

	/** The worker that runs a job now. */
	async function busy(): Promise<Tagalong> {
		return await vi.waitFor(
			async () => {
				const running = await Promise.all(workers.map((worker) => worker.metric(RUNNING)));
				const found = workers[running.findIndex((count) => count > 0)];
				if (!found) throw new Error("no worker runs a job");
				return found;
			},
			{ timeout: 30_000, interval: 10 },
		);
	}

	const winner = ({ view }: WireMessage) =>
		view?.blocks.flatMap((block) => (block.kind === "scores" ? block.rows : []))[0];

	it("are ready: each says that store and queue answer, and a worker that its model works", async () => {
		const shared = { store: "ok", queue: "ok" };
		const readiness = async ({ url }: Tagalong): Promise<unknown> => await (await fetch(`${url}/readyz`)).json();
		expect(await readiness(front)).toEqual({ ready: true, checks: shared });
		for (const worker of workers) {
			const ready = { ready: true, checks: { ...shared, model: "ok" } };
			await vi.waitFor(async () => expect(await readiness(worker)).toEqual(ready), WITHIN);
		}
	});

	it("show an answer in the pages that are open, and that nothing more is coming", async () => {
		const live = await openLive(front.url, { origin: front.url });
		const message = await ann.post("/classify cat dog bear", [await picture("chelsea.png")]);
		const seen: string[] = [];
		let answer: WireMessage | undefined;
		for (let event = await live.next(); event; event = await live.next()) {
			if (event.type === "message" && event.message.thread === message.id) answer = event.message;
			if (event.type === "message") seen.push(event.message.author.isBot ? "answer" : "question");
			if (event.type !== "working" || event.message !== message.id || event.working) continue;
			seen.push("done");
			break;
		}
		await live.close();
		expect(seen).toEqual(["question", "answer", "done"]);
		expect(answer && winner(answer)).toMatchObject({ label: "cat" });
		expect(await readdir(join(dataDir, "local", "originals"))).toEqual([]);
	});

	it("tag what is posted where a moderator has said so", async () => {
		await answerTo(await ann.post("/labels set 🐱 cat, 🚀 rocket"));
		await answerTo(await ann.post("/autotag on"));
		const message = await ann.post("", [await picture("rocket.jpg")]);
		expect(winner(await answerTo(message))).toMatchObject({ label: "rocket", emoji: "🚀" });
	});

	it("answer once what a worker had in hand when it was killed", async () => {
		const labels = ["cat", ...unseen("lost thing", 300)].join(", ");
		const message = await ann.post(`/classify ${labels}`, [await picture("chelsea.png")]);
		const victim = await busy();
		await victim.kill();
		expect((await ann.messages()).messages.filter(({ thread }) => thread === message.id)).toEqual([]);
		workers = workers.filter((worker) => worker !== victim);
		expect(winner(await answerTo(message))).toMatchObject({ label: "cat" });
	});

	it("go on where the front was killed, also with what it had taken in", async () => {
		const labels = ["cat", ...unseen("waiting thing", 300)].join(", ");
		const message = await ann.post(`/classify ${labels}`, [await picture("chelsea.png")]);
		await front.kill();
		front = await startTagalong("front", { ...env, PORT: new URL(front.url).port });
		expect(winner(await answerTo(message))).toMatchObject({ label: "cat" });
		expect(winner(await answerTo(await ann.post("", [await picture("rocket.jpg")])))).toMatchObject({
			label: "rocket",
		});
	});

	it("finish what a worker runs when it is stopped in order", async () => {
		const labels = ["cat", ...unseen("last thing", 300)].join(", ");
		const message = await ann.post(`/classify ${labels}`, [await picture("chelsea.png")]);
		const stopped = await busy();
		expect(await stopped.stop()).toBe(0);
		// Nobody else has touched it: it is answered by now.
		const replies = (await ann.messages()).messages.filter(({ thread }) => thread === message.id);
		expect(replies.map((reply) => winner(reply)?.label)).toEqual(["cat"]);
		workers = workers.filter((worker) => worker !== stopped);
	});
});
