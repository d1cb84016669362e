/**
 * Asks the cache that processes share for as many texts as a line says, once for each line. Says `ready` once it is
 * connected, `encodes N` before it encodes N, and `right N` when it has N as they should be. Arguments: Redis,
 * model, and the milliseconds that each call of the encoder takes.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { openSharedTextCache } from "../../../src/cache/shared-text-embeddings.ts";
import { testEncoder, vectorOf } from "../text-encoder.ts";

const say = (line: string) => writeSync(1, `${line}\n`);
const [url = "", model = "", pauseMs] = process.argv.slice(2);
const cache = openSharedTextCache({ url, log: { info: say, warn: say }, answerMs: 10_000 });
const shared = cache.forModel(model, 8);

// What is encoded a second time was not kept: there is no connection yet.
for (let encodedAgain = 1; encodedAgain > 0; await setTimeout(5)) {
	const { encode, encoded } = testEncoder(model);
	await shared.embeddings(["connected"], encode);
	encodedAgain = encoded.length;
}
say("ready");

const { encode } = testEncoder(model, 8, async (texts) => {
	say(`encodes ${texts.length}`);
	await setTimeout(Number(pauseMs));
});
for await (const line of createInterface(process.stdin)) {
	const texts = Array.from({ length: Number(line) }, (_, index) => `thing ${index}`);
	const embeddings = await shared.embeddings(texts, encode);
	const right = embeddings.filter((embedding, index) => `${embedding}` === `${vectorOf(model, texts[index] ?? "")}`);
	say(`right ${right.length}`);
}
cache.close();
