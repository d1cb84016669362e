/** `npm run bench`: the all-in-one process, from a posted photo to its answer. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { loadEncoder } from "../src/model/encoder.ts";
import { locateModel } from "../src/model/location.ts";
import { readManifest } from "../src/model/manifest.ts";
import { readPixels } from "../src/model/pixels.ts";
import { modelsDir, packageRoot } from "../src/package-root.ts";
import { type BenchChat, benchPhotos, openBenchChat } from "./chat.ts";
import { median, milliseconds, printTable, rate } from "./measure.ts";

const ROUNDS = 5;
const IMAGES = 192;
/** More than the queue works on at once, so that it never runs dry. */
const CONCURRENCY = 40;
const BATCH = 8;

export async function benchCore(): Promise<void> {
	await benchStart();
	const chat = await openBenchChat();
	await benchThroughput(chat);
	await benchLabels(chat);
	await chat.close();
}

/** From starting the program to the first answer, as a person at the chat page has it. */
async function benchStart(): Promise<void> {
	const dataDir = await mkdtemp(join(tmpdir(), "tagalong-bench-"));
	const rows: [string, string][] = [];
	for (const name of ["first start (creates the store)", "second start"]) {
		const start = performance.now();
		const server = spawn(process.execPath, [join(packageRoot, "dist", "src", "cli", "main.js"), "serve"], {
			env: { ...process.env, PORT: "0", TAGALONG_DATA_DIR: dataDir, LOG_LEVEL: "error" },
			stdio: ["ignore", "pipe", "inherit"],
		});
		let url: string | undefined;
		for await (const line of createInterface(server.stdout)) {
			url = /http:\/\/\S+/.exec(line)?.[0];
			if (url) break;
		}
		if (!url) throw new Error("the server printed no address");
		const listening = performance.now() - start;
		await firstAnswer(url);
		const answered = performance.now() - start;
		rows.push([name, `listening after ${listening.toFixed(0)} ms, first answer after ${answered.toFixed(0)} ms`]);
		server.kill("SIGTERM");
		await new Promise((resolve) => server.once("exit", resolve));
	}
	await rm(dataDir, { recursive: true });
	printTable("Start", rows);
}

/** Posts a photo with `/classify` to the local chat and waits until its thread has the bot's answer. */
async function firstAnswer(url: string): Promise<void> {
	const headers = { origin: url };
	const state = (await (await fetch(`${url}/api/state`)).json()) as { channels: { id: string }[] };
	const channel = `${url}/api/channels/${state.channels[0]?.id}/messages`;
	const [photo] = await benchPhotos();
	const form = new FormData();
	form.set("text", "/classify temple, beach, car");
	form.append("files", new File([new Uint8Array(photo ?? [])], "photo.png"));
	const posted = await fetch(channel, { method: "POST", headers, body: form });
	if (!posted.ok) throw new Error(`posting failed: ${await posted.text()}`);
	for (const end = Date.now() + 60_000; Date.now() < end; ) {
		const { messages } = (await (await fetch(channel)).json()) as { messages: { author: { isBot: boolean } }[] };
		if (messages.some(({ author }) => author.isBot)) return;
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
	throw new Error("no answer within a minute");
}

/** Throughput through the queue against 1 / (1 / decode rate + 1 / encode rate), rounds taking turns. */
async function benchThroughput(chat: BenchChat): Promise<void> {
	const manifest = await readManifest(modelsDir, chat.services.config.model);
	const paths = await locateModel(manifest, { modelsDir, dataDir: chat.services.config.dataDir });
	const encoder = await loadEncoder(manifest, paths, { device: "auto", onFallback: () => {} });
	const { preprocessing } = manifest.image;
	const photos = await benchPhotos();
	const decode = async (index: number) => readPixels(photos[index % photos.length] ?? new Uint8Array(), preprocessing);
	const [pixels] = await decode(0);
	const batch = Array.from({ length: BATCH }, () => pixels ?? new Uint8Array());
	await chat.classify(0, "cat, dog, bear");
	await encoder.encodeImages(batch);

	const rounds: { decoded: number; encoded: number; answered: number; share: number }[] = [];
	for (let round = 0; round < ROUNDS; round++) {
		const decoded = await rate(IMAGES, CONCURRENCY, decode);
		const encoded = BATCH * (await rate(IMAGES / BATCH, 1, () => encoder.encodeImages(batch)));
		const answered = await rate(IMAGES, CONCURRENCY, (index) => chat.classify(index, "cat, dog, bear"));
		rounds.push({ decoded, encoded, answered, share: answered / (1 / (1 / decoded + 1 / encoded)) });
	}
	await encoder.close();
	const middle = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick));
	const shares = rounds.map(({ share }) => share.toFixed(2)).join(" ");
	const { rss } = process.memoryUsage();
	printTable(`Throughput (${manifest.name}, ${IMAGES} photos a round, median of ${ROUNDS} rounds)`, [
		["decode alone", `${middle(({ decoded }) => decoded).toFixed(1)} images/s`],
		["encode alone", `${middle(({ encoded }) => encoded).toFixed(1)} images/s (batch ${BATCH})`],
		["job to answer", `${middle(({ answered }) => answered).toFixed(1)} images/s`],
		["share of the limit", `${middle(({ share }) => share).toFixed(2)} (rounds: ${shares})`],
		["memory", `${(rss / 2 ** 20).toFixed(0)} MiB resident, with two copies of the model's image tower`],
	]);
}

/** 1,000 labels against 3: the first time, and once their prompts are known. */
async function benchLabels(chat: BenchChat): Promise<void> {
	const { textEncodes, textCacheHits, textCacheMisses } = chat.services.metrics;
	const encodes = async () => (await textEncodes.get()).values[0]?.value ?? 0;
	const thousand = Array.from({ length: 1000 }, (_, index) => `thing number ${index}`).join(", ");
	const three = "cat, dog, bear";

	const before = await encodes();
	const first = await milliseconds(() => chat.classify(0, thousand));
	const encoded = (await encodes()) - before;
	const times: { few: number; many: number }[] = [];
	for (let round = 0; round < 21; round++) {
		const few = await milliseconds(() => chat.classify(0, three));
		const many = await milliseconds(() => chat.classify(0, thousand));
		times.push({ few, many });
	}
	const again = (await encodes()) - before - encoded;
	const few = median(times.map((time) => time.few));
	const many = median(times.map((time) => time.many));
	const hits = (await textCacheHits.get()).values.reduce((sum, { value }) => sum + value, 0);
	const misses = (await textCacheMisses.get()).values[0]?.value ?? 0;
	printTable("Labels (one photo)", [
		["1,000 labels, first time", `${first.toFixed(0)} ms, ${encoded} texts encoded`],
		["1,000 labels, again", `${many.toFixed(1)} ms, ${again} texts encoded`],
		["3 labels, again", `${few.toFixed(1)} ms`],
		["1,000 against 3", `${median(times.map((time) => time.many / time.few)).toFixed(2)} times`],
		[
			"text encodes avoided",
			`${((100 * hits) / (hits + misses)).toFixed(1)} % of ${hits + misses} prompts in this run`,
		],
	]);
}
