import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Tokenization } from "./manifest.ts";
import { createTokenizer, wholeWords } from "./tokenizer.ts";

const clipJson = readFileSync(new URL("../../test/fixtures/tiny-clip/tokenizer.json", import.meta.url), "utf8");
const starterJson = readFileSync(new URL("../../models/starter/tokenizer.json", import.meta.url), "utf8");

const clip: Tokenization = {
	lowercase: false,
	contextLength: 77,
	specialTokens: "add",
	eosId: 49407,
	padId: 49407,
	padTo: "context-length",
};
const siglip: Tokenization = {
	...clip,
	lowercase: true,
	contextLength: 64,
	specialTokens: "append-eos",
	eosId: 1,
	padId: 0,
};
const starter: Tokenization = { ...siglip, specialTokens: "add", eosId: 102, padTo: "longest" };
const long = "one two three ".repeat(60);

describe("texts longer than the context", () => {
	test.each([
		["CLIP", clipJson, clip, 49406],
		["SigLIP", clipJson, siglip, undefined],
		["the starter", starterJson, starter, 101],
	] as const)("%s keeps its closing token", (_, json, tokenization, opening) => {
		const tokenizer = createTokenizer(json, tokenization);
		const ids = tokenizer.encode(long);
		expect(ids).toHaveLength(tokenization.contextLength);
		expect(ids.at(-1)).toBe(tokenization.eosId);
		expect(ids.filter((id) => id === tokenization.eosId)).toHaveLength(1);
		if (opening !== undefined) expect(ids[0]).toBe(opening);
		// What is kept is the beginning of the text, in order.
		expect(ids.slice(0, 10)).toEqual(
			tokenizer.encode("one two three one two three one two three one two three").slice(0, 10),
		);
	});

	test("a text of exactly the context's length is not cut", () => {
		const tokenizer = createTokenizer(clipJson, clip);
		const fits = "cat ".repeat(75).trim();
		expect(tokenizer.encode(fits)).toHaveLength(77);
		expect(tokenizer.encode(`${fits} cat`)).toEqual(tokenizer.encode(fits));
	});
});

describe("padding", () => {
	test("to the context length, with no mask over it", () => {
		const { ids, mask, length } = createTokenizer(clipJson, clip).encodeBatch(["cat"]);
		expect(length).toBe(77);
		expect([...ids.slice(0, 4)].map(Number)).toEqual([49406, 2368, 49407, 49407]);
		expect([...mask].reduce((sum, bit) => sum + Number(bit), 0)).toBe(3);
	});

	test("to the longest of the batch", () => {
		const { rows, length, ids, mask } = createTokenizer(starterJson, starter).encodeBatch(["cat", "a photo of a cat."]);
		expect([rows, length]).toEqual([2, 8]);
		expect([...ids.slice(0, 8)].map(Number)).toEqual([101, 4937, 102, 0, 0, 0, 0, 0]);
		expect([...mask.slice(0, 8)].map(Number)).toEqual([1, 1, 1, 0, 0, 0, 0, 0]);
	});
});

test("a tokenizer.json that can't be read is said in words", () => {
	expect(() => createTokenizer("<html>", clip)).toThrow("The model's tokenizer.json can't be read.");
});

test.each([
	["WordPiece", starterJson],
	["BPE", clipJson],
])("the words that %s knows whole", (_, json) => {
	const words = wholeWords(json);
	expect(words.has("cat")).toBe(true);
	expect(words.has("blurry") || words.has("red")).toBe(true);
	for (const noWord of ["##ing", "cat</w>", "xyzzyq"]) expect(words.has(noWord), noWord).toBe(false);
});
