/** Learning in a thread of its own, as the built program starts it: Node 20 starts no TypeScript. */
import { afterAll, expect, test } from "vitest";
import { parseLabels } from "../src/classify/labels.ts";
import { teach } from "../src/classify/learning.ts";
import { starter } from "./support/bot.ts";
import { photo } from "./support/models.ts";

const { createThreadedTeacher }: typeof import("../src/threaded-teaching.ts") = await import(
	new URL("../dist/src/threaded-teaching.js", import.meta.url).href
);
const teacher = createThreadedTeacher();
afterAll(() => teacher.close());

test("a thread teaches the same as the thread that asks", async () => {
	const classifier = await starter();
	const set = await classifier.labelSet(parseLabels("cat, blorxly"));
	const examples = [
		{ embedding: await classifier.embedImage(await photo("chelsea.png")), labels: ["cat"] },
		{ embedding: await classifier.embedImage(await photo("coffee.png")), labels: ["blorxly"] },
	];
	const here = teach(set, examples, classifier.scoring);
	expect(here.learned?.examples).toBe(2);
	expect(await teacher.teach(set, examples, classifier.scoring)).toEqual(here);
});

test("what goes wrong in the thread is thrown here, and the next lesson is learned", async () => {
	const { labelSet, scoring } = await starter();
	const set = await labelSet(parseLabels("cat, dog"));
	const short = [{ embedding: Float32Array.of(1), labels: ["cat"] }];
	await expect(teacher.teach(set, short, scoring)).rejects.toThrow();
	expect(await teacher.teach(set, [], scoring)).toEqual(set);
});
