import { parse as readCsv } from "csv-parse/sync";
import { describe, expect, test } from "vitest";
import type { ImageRecord } from "../src/store/export.ts";
import { csv, jsonLines } from "./export-rows.ts";

const where = { platform: "local", workspace: "home", channel: "general" } as const;

function record(number: number, more: Partial<ImageRecord> = {}): ImageRecord {
	return {
		image: {
			...where,
			thread: null,
			message: "m1",
			number,
			attachment: { id: "a", url: "https://chat.test/a.png", name: "a.png" },
			author: "ada",
			isBot: false,
			postedAt: new Date("2026-01-02T03:04:05Z"),
			embedding: Float32Array.of(0.1, -1 / 3, 1e-7),
			modelId: "starter@1",
			sha256: null,
			dhash: null,
			problem: null,
			agreed: null,
			agreedAt: null,
			revision: 0,
		},
		tag: undefined,
		votes: [],
		...more,
	};
}
const tag: NonNullable<ImageRecord["tag"]> = {
	...where,
	message: "m1",
	number: 0,
	version: 3,
	modelId: "starter@1",
	scores: [
		{ label: "cat", probability: 0.75 },
		{ label: 'a "big" dog, brown', probability: 0.125 },
	],
	none: 0.125,
	shown: ["cat"],
	examples: 4,
	taggedAt: new Date("2026-01-02T03:04:06Z"),
	firstSeen: null,
};
const yes = { verdict: { kind: "yes" }, moderator: false, order: 1 } as const;
const options = {
	linkTo: async ({ message }: { message: string }) => `https://chat.test/${message}`,
	embeddings: false,
};

async function* of(...records: ImageRecord[]) {
	yield* records;
}
async function text(content: AsyncIterable<Uint8Array>): Promise<string> {
	const chunks: Uint8Array[] = [];
	for await (const chunk of content) chunks.push(chunk);
	return Buffer.concat(chunks).toString("utf8");
}
const asJson = async (...records: ImageRecord[]) => {
	const lines = (await text(jsonLines(of(...records), options))).trimEnd().split("\n");
	return lines.map((line) => JSON.parse(line));
};

describe("a row", () => {
	test("has what was shown, what was voted and who decided", async () => {
		const { image } = record(0);
		const agreed = { labels: ["Cat"], by: "majority" as const };
		const votes = [
			{ ...yes, voter: "ada" },
			{ voter: "bob", moderator: false, verdict: { kind: "label", label: "cat" } as const, order: 2 },
			{ voter: "eve", moderator: false, verdict: { kind: "none" } as const, order: 3 },
		];
		const [row] = await asJson(record(0, { image: { ...image, agreed }, tag, votes }));
		expect(row).toEqual({
			message_link: "https://chat.test/m1",
			image_link: "https://chat.test/a.png",
			image_name: "a.png",
			author: "ada",
			posted_at: "2026-01-02T03:04:05.000Z",
			thread: null,
			shown: ["cat"],
			probabilities: { cat: 0.75, 'a "big" dog, brown': 0.125 },
			none: 0.125,
			votes: [
				{ voter: "ada", moderator: false, kind: "yes" },
				{ voter: "bob", moderator: false, kind: "label", label: "cat" },
				{ voter: "eve", moderator: false, kind: "none" },
			],
			agreed: ["Cat"],
			decided_by: "majority",
			decided_by_people: ["ada", "bob"],
			model: "starter@1",
			label_set_version: 3,
			examples: 4,
		});
	});

	test("names the moderator alone where a moderator decided", async () => {
		const { image } = record(0);
		const votes = [
			{ ...yes, voter: "ada" },
			{ ...yes, voter: "mo", moderator: true, order: 2 },
		];
		const decided = record(0, { image: { ...image, agreed: { labels: ["cat"], by: "moderator" } }, tag, votes });
		expect((await asJson(decided))[0].decided_by_people).toEqual(["mo"]);
	});

	test("tells “none of these” from “not known” and from “wrong, and nobody said what is right”", async () => {
		const { image } = record(0);
		const no = { voter: "mo", moderator: true, verdict: { kind: "no" } as const, order: 1 };
		const rows = await asJson(
			record(0, { image: { ...image, agreed: { labels: [], by: "moderator" } }, tag: { ...tag, shown: [] } }),
			record(1),
			record(2, { image: { ...image, agreed: { by: "moderator" } }, tag, votes: [no] }),
		);
		expect(rows.map(({ shown, agreed, decided_by }) => [shown, agreed, decided_by])).toEqual([
			[[], [], "moderator"],
			[null, null, null],
			[["cat"], null, "moderator"],
		]);
		expect(rows[2].decided_by_people).toEqual(["mo"]);
	});

	test("with embeddings has every float32 exactly, and the model they are of", async () => {
		const line = await text(jsonLines(of(record(0)), { ...options, embeddings: true }));
		const { embedding, embedding_model } = JSON.parse(line);
		expect(Float32Array.from(embedding)).toEqual(Float32Array.of(0.1, -1 / 3, 1e-7));
		expect(embedding_model).toBe("starter@1");
		expect(line).toContain("-0.333333343,");
	});
});

describe("CSV", () => {
	test("parses back to what JSON Lines says, embeddings included", async () => {
		const records = [record(0, { tag }), record(1, { votes: [{ ...yes, voter: "ada" }] })];
		const [head = [], ...rows] = readCsv(await text(csv(of(...records), { ...options, embeddings: true })));
		const lines = (await text(jsonLines(of(...records), { ...options, embeddings: true }))).trimEnd().split("\n");
		expect(rows).toHaveLength(2);
		for (const [index, line] of lines.entries()) {
			const object = JSON.parse(line);
			expect(head).toEqual(Object.keys(object));
			for (const [column, name] of head.entries()) {
				const value = object[name];
				const cell = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "");
				expect(rows[index]?.[column]).toBe(cell);
			}
		}
	});

	test("keeps a spreadsheet from running what someone wrote", async () => {
		const { image } = record(0);
		const attachment = { ...image.attachment, name: '=HYPERLINK("http://evil.test")' };
		const [head = [], row = []] = readCsv(await text(csv(of(record(0, { image: { ...image, attachment } })), options)));
		expect(row[head.indexOf("image_name")]).toBe('\'=HYPERLINK("http://evil.test")');
	});

	test("quotes commas, quotes and line ends", async () => {
		const { image } = record(0);
		const attachment = { ...image.attachment, name: 'a, "b"\r\nc.png' };
		const [head = [], row = []] = readCsv(await text(csv(of(record(0, { image: { ...image, attachment } })), options)));
		expect(row[head.indexOf("image_name")]).toBe('a, "b"\r\nc.png');
	});

	test("of no images is its header", async () => {
		expect(readCsv(await text(csv(of(), options)))).toHaveLength(1);
	});
});

test.each([
	["csv", csv, 10_000],
	["jsonl", jsonLines, 100_000],
] as const)(
	"%s: no record is taken before what the last one came to was read",
	{ timeout: 120_000 },
	async (format, write, total) => {
		const same = record(0, { tag });
		let taken = 0;
		async function* many() {
			for (; taken < total; taken++) yield same;
		}
		let read = 0;
		let aheadAtMost = 0;
		for await (const _ of write(many(), options)) {
			read++;
			aheadAtMost = Math.max(aheadAtMost, taken - read);
		}
		expect(read).toBe(format === "csv" ? total + 1 : total);
		expect(aheadAtMost).toBeLessThanOrEqual(1);
	},
);
