import { describe, expect, test } from "vitest";
import { drawn, inShort, link, place, rendered } from "../../../test/support/discord/rendered.ts";
import type { Block } from "../view.ts";
import { renderView } from "./render.ts";

describe("texts", () => {
	test("an error is marked, under what it is about", async () => {
		expect(
			await drawn({ kind: "error", title: [{ strong: "2 of 2" }, " a*b.png"], text: ["This PNG image is cut short."] }),
		).toBe("**2 of 2** a\\*b.png\n⚠️ This PNG image is cut short.");
	});

	test("notes and details are small print, since Discord can't fold", async () => {
		expect(
			await drawn(
				{ kind: "note", text: ["Learned from 4 confirmed examples."] },
				{
					kind: "details",
					summary: "How this was judged",
					blocks: [{ kind: "text", text: ["Prompts: “a photo of a {}”"] }],
				},
			),
		).toBe("-# Learned from 4 confirmed examples.\n-# **How this was judged**\n-# Prompts: “a photo of a {}”");
	});

	test("details never bury the answer: what is too long is cut, and how much is said", async () => {
		const text = await drawn({
			kind: "details",
			summary: "All",
			blocks: [{ kind: "text", text: ["word ".repeat(2000)] }],
		});
		expect(text.length).toBeLessThan(900);
		const shown = /-# (word.*)… \(([\d,]+) more characters\)$/.exec(text);
		expect((shown?.[1]?.length ?? 0) + Number(shown?.[2]?.replace(",", ""))).toBeGreaterThanOrEqual(9_999);
	});

	test("the text of a link is cut like any other, and still leads there", async () => {
		const shown = await drawn({ kind: "text", text: [{ link: place, text: "word ".repeat(1000) }] });
		expect(shown.length).toBeLessThanOrEqual(4000);
		expect(shown).toMatch(/^\[word word .*\]\(https:.*\)… \([\d,]+ more characters\)$/);
		expect(shown).toContain(`](${link})`);
	});

	test("a narrow table is aligned, figures to the right", async () => {
		expect(
			await drawn({
				kind: "table",
				head: ["Label", "Images"],
				rows: [
					["cat", "1,200"],
					["dog", "34"],
				],
			}),
		).toBe("```\nLabel  Images\ncat     1,200\ndog        34\n```");
	});

	test("a wide table, or one whose letters aren't evenly wide, is a list", async () => {
		const head = ["Wording", "Probability", "Rank"];
		expect(await drawn({ kind: "table", head, rows: [["a photo of a big *bird* (used now)", "92 %", "1"]] })).toBe(
			"-# Wording · Probability · Rank\n**a photo of a big \\*bird\\* (used now)** · 92 % · 1",
		);
		expect(
			await drawn({
				kind: "table",
				head: ["Label", ""],
				rows: [
					["猫", "3"],
					["🐶", "2"],
				],
			}),
		).toBe("**猫** · 3\n**🐶** · 2");
	});

	test("a long table counts the rows that have no room", async () => {
		const rows = Array.from({ length: 2000 }, (_, at) => [`label ${at}`, String(at)]);
		const text = await drawn({ kind: "table", head: ["Label", "Images"], rows }, { kind: "note", text: ["the end"] });
		const shown = text.match(/^label /gm)?.length ?? 0;
		expect(shown).toBeGreaterThan(100);
		expect(text).toContain(`\`\`\`\n-# and ${(2000 - shown).toLocaleString("en")} more rows\n-# the end`);
	});
});

describe("pictures and files", () => {
	const found = (at: number, url = `https://cdn.discordapp.com/attachments/1/${at}/cat.jpg?ex=1`) => ({
		attachment: { id: String(at), url, name: `cat ${at}.jpg` },
		message: place,
		caption: [{ strong: String(at) }, " · ", { person: "80351110224678912" }, " · 2 January 2026"],
	});

	test("what was found is a gallery, with who posted it and where", async () => {
		expect(await drawn({ kind: "gallery", items: [found(1), found(2)] })).toBe(
			[
				"(https://cdn.discordapp.com/attachments/1/1/cat.jpg?ex=1 – cat 1.jpg)",
				"(https://cdn.discordapp.com/attachments/1/2/cat.jpg?ex=1 – cat 2.jpg)",
				`**1** · <@80351110224678912> · 2 January 2026 · [Open](${link})`,
				`**2** · <@80351110224678912> · 2 January 2026 · [Open](${link})`,
			].join("\n"),
		);
	});

	test("links that have expired are made fresh, all at once", async () => {
		const asked: (readonly string[])[] = [];
		const { parts } = await rendered(
			{ blocks: [{ kind: "gallery", items: [found(1, "https://old.example/1"), found(2, "https://old.example/2")] }] },
			{
				freshLinks: async (links) => {
					asked.push(links);
					return links.map((each) => each.replace("old", "new"));
				},
			},
		);
		expect(asked).toEqual([["https://old.example/1", "https://old.example/2"]]);
		expect(inShort(parts)).toContain("(https://new.example/1 – cat 1.jpg)\n(https://new.example/2 – cat 2.jpg)");
	});

	test("an image without a web address is a line alone, and those beyond ten are counted", async () => {
		expect(await drawn({ kind: "gallery", items: [found(1, "local:1")] })).toBe(
			`**1** · <@80351110224678912> · 2 January 2026 · [Open](${link})`,
		);
		const many = await drawn({ kind: "gallery", items: Array.from({ length: 13 }, (_, at) => found(at)) });
		expect(many.match(/cat\.jpg/g)).toHaveLength(10);
		expect(many).toContain("-# and 3 more images");
	});

	test("a drawn picture is uploaded and shown, with its words for those who can't see it", async () => {
		const png = Uint8Array.of(1, 2, 3);
		const { body, files, parts } = await rendered({
			blocks: [
				{ kind: "picture", name: "my chart.png", alt: "Bars: images by label.", png },
				{ kind: "picture", name: "my chart.png", alt: "Another.", png },
			],
		});
		expect(inShort(parts)).toBe(
			"(attachment://my_chart.png – Bars: images by label.)\n(attachment://my_chart-2.png – Another.)",
		);
		expect(body.attachments).toEqual([
			{ id: 0, filename: "my_chart.png" },
			{ id: 1, filename: "my_chart-2.png" },
		]);
		expect(files).toEqual([
			{ name: "my_chart.png", data: png, contentType: "image/png" },
			{ name: "my_chart-2.png", data: png, contentType: "image/png" },
		]);
	});

	test("a file is read and offered to download", async () => {
		async function* content() {
			yield Buffer.from("a,");
			yield Buffer.from("b\n");
		}
		const { files, parts } = await rendered({
			blocks: [{ kind: "file", name: "tagalong-1-2026-01-31.csv", type: "text/csv", content: content() }],
		});
		expect(inShort(parts)).toBe("(attachment://tagalong-1-2026-01-31.csv)");
		expect(files.map(({ name, data, contentType }) => ({ name, contentType, text: String(data) }))).toEqual([
			{ name: "tagalong-1-2026-01-31.csv", contentType: "text/csv", text: "a,b\n" },
		]);
	});

	test("a file that is too large is read no further, and said", async () => {
		let read = 0;
		let closed = false;
		async function* endless() {
			try {
				for (;;) {
					read += 1000;
					yield new Uint8Array(1000);
				}
			} finally {
				closed = true;
			}
		}
		const { files, parts } = await rendered(
			{ blocks: [{ kind: "file", name: "all.csv", type: "text/csv", content: endless() }] },
			{ maxFileBytes: 5 * 1024 * 1024 },
		);
		expect(inShort(parts)).toBe(
			"⚠️ **all.csv** is larger than 5 MB, the most that I can post here. Ask for less of it at once.",
		);
		expect(files).toEqual([]);
		expect(closed).toBe(true);
		expect(read).toBeLessThan(5 * 1024 * 1024 + 2000);
	});

	test("files beyond ten are named", async () => {
		const png = Uint8Array.of(1);
		const blocks = Array.from(
			{ length: 12 },
			(_, at): Block => ({ kind: "picture", name: `${at}.png`, alt: "x", png }),
		);
		const { files, parts } = await rendered({ blocks });
		expect(files).toHaveLength(10);
		expect(inShort(parts)).toContain("⚠️ **10.png** is left out: a message holds 10 files. Ask for it alone.");
		expect(inShort(parts)).toContain("⚠️ **11.png** is left out");
	});

	test("a failure while a file is read is no answer", async () => {
		async function* broken() {
			yield new Uint8Array(1);
			throw new Error("the store is gone");
		}
		await expect(
			renderView({ blocks: [{ kind: "file", name: "a.csv", type: "text/csv", content: broken() }] }, { marker: "m" }),
		).rejects.toThrow("the store is gone");
	});
});
