import { ButtonStyle, ComponentType, MessageFlags } from "discord.js";
import { describe, expect, test } from "vitest";
import { checkBody } from "../../../test/support/discord/check-body.ts";
import {
	button,
	create,
	drawn,
	inShort,
	link,
	place,
	rendered,
	select,
} from "../../../test/support/discord/rendered.ts";
import type { Block, Control } from "../view.ts";
import { markerNumber } from "./ids.ts";
import { editOf, withoutServerEmoji } from "./render.ts";

/** As `/classify` and auto-tag show an image. */
const tagged = (number: number, of: number): Block => ({
	kind: "scores",
	title: [{ strong: `${number} of ${of}` }, ` photo_${number}.jpg`],
	headline: [{ emoji: "🐱" }, " ", { strong: "cat" }, " ✓"],
	rows: [
		{ label: "cat", emoji: ":cat:", probability: 0.824 },
		{ label: "polar_bear", emoji: "<:bear:175928847299117063>", probability: 0.1 },
		{ label: "dog", probability: 0.003 },
	],
	none: 0.05,
	more: 7,
	votes: ["✓ 2 · dog 1 – ", "decided by ", { person: "80351110224678912" }],
	note: ["Seen here before: first ", { link: place, text: "2026-01-31" }, "."],
	controls: [
		button(`yes${number}`, "Right", { emoji: "✓" }),
		button(`no${number}`, "Wrong", { emoji: "✗" }),
		select(`choose${number}`, 12),
		button(`add${number}`, "Add “lynx” to the labels"),
	],
});

describe("a message", () => {
	test("is one container, found again by its marker, that mentions no one", async () => {
		const { body } = await rendered({ blocks: [{ kind: "text", text: ["hello"] }] }, { marker: "kA3b" });
		expect(body).toEqual({
			flags: MessageFlags.IsComponentsV2,
			allowed_mentions: { parse: [] },
			attachments: [],
			components: [
				{
					type: ComponentType.Container,
					id: markerNumber("kA3b"),
					components: [{ type: ComponentType.TextDisplay, content: "hello" }],
				},
			],
		});
	});

	test("is for one person alone where the view says so; an edit can't say it again", async () => {
		const { body } = await rendered({ ephemeral: true, blocks: [{ kind: "text", text: ["hello"] }] });
		expect(body.flags).toBe(MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral);
		expect(editOf(body).flags).toBe(MessageFlags.IsComponentsV2);
	});

	test("about hidden images is hidden as a whole", async () => {
		const { body } = await rendered({ blocks: [tagged(1, 1)] }, { spoiler: true });
		expect(body.components[0].spoiler).toBe(true);
	});

	test("that has nothing to show says so", async () => {
		expect(await drawn()).toBe("-# There is nothing to show.");
		expect(await drawn({ kind: "text", text: [" "] }, { kind: "controls", controls: [] })).toBe(
			"-# There is nothing to show.",
		);
	});
});

describe("scores", () => {
	test("bars stand under each other, with the percentage, emoji and label, then the vote and the controls", async () => {
		expect(await drawn(tagged(1, 2))).toBe(
			[
				"**1 of 2** photo\\_1.jpg",
				"🐱 **cat** ✓",
				"`████████░░  82%` 🐱 **cat**",
				"`█░░░░░░░░░  10%` <:bear:175928847299117063> polar\\_bear",
				"`░░░░░░░░░░  <1%` dog",
				"-# and 7 more labels",
				"`█░░░░░░░░░   5%` *none of these*",
				"-# ✓ 2 · dog 1 – decided by <@80351110224678912>",
				`-# Seen here before: first [2026-01-31](${link}).`,
				"[✓ Right] [✗ Wrong]",
				"[Choose a label ▾ 12]",
				"[Add “lynx” to the labels]",
			].join("\n"),
		);
	});

	test("none of these comes first where it wins", async () => {
		expect(
			await drawn({
				kind: "scores",
				rows: [
					{ label: "cat", probability: 0.04 },
					{ label: "dog", probability: 0.01 },
				],
				none: 0.996,
				more: 0,
			}),
		).toBe("`██████████ >99%` ***none of these***\n`░░░░░░░░░░   4%` cat\n`░░░░░░░░░░   1%` dog");
	});

	test("an emoji that is the label itself is shown once", async () => {
		const rows = [{ label: "🐱", emoji: "🐱", probability: 0.5 }];
		expect(await drawn({ kind: "scores", rows, none: 0.5, more: 0 })).toBe(
			"`█████░░░░░  50%` **🐱**\n`█████░░░░░  50%` *none of these*",
		);
	});

	test("a thousand labels show what there is room for, and count the rest", async () => {
		const rows = Array.from({ length: 1000 }, (_, at) => ({ label: `label ${at}`, probability: 0.001 }));
		const text = await drawn({ kind: "scores", rows, none: 0, more: 5 });
		const bars = text.split("\n").filter((line) => line.includes("label "));
		expect(bars.length).toBeGreaterThan(100);
		expect(text).toContain(`-# and ${1005 - bars.length} more labels`);
	});

	test("of ten images, each can be answered, and the buttons that have no room are counted", async () => {
		const blocks = Array.from({ length: 10 }, (_, at) => tagged(at + 1, 10));
		const { parts } = await rendered({ blocks });
		const text = inShort(parts);
		expect(text.match(/\[Choose a label ▾ 12\]/g)).toHaveLength(10);
		for (const { title } of blocks.filter((block) => block.kind === "scores")) {
			expect(text).toContain(`**${typeof title?.[0] === "object" && "strong" in title[0] ? title[0].strong : "?"}**`);
		}
		const buttons = text.match(/\[(✓ Right|✗ Wrong|Add “lynx” to the labels)\]/g)?.length ?? 0;
		const leftOut = [...text.matchAll(/No room here for (\d+) buttons?: pick from the list/g)];
		expect(buttons + leftOut.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(30);
		expect(buttons).toBeGreaterThan(0);
	});
});

describe("controls", () => {
	test("buttons share rows of five, a select has its own, and their order stays", async () => {
		const controls = [...["a", "b", "c", "d", "e", "f"].map((id) => button(id, id)), select("s", 3), button("g", "g")];
		expect(await drawn({ kind: "controls", controls })).toBe("[a] [b] [c] [d] [e]\n[f]\n[Choose a label ▾ 3]\n[g]");
	});

	test("styles say what a button does", async () => {
		const { parts } = await rendered({
			blocks: [
				{
					kind: "controls",
					controls: [
						button("a", "a"),
						button("b", "b", { style: "primary" }),
						button("c", "c", { style: "danger" }),
						button("d", "d", { pressed: true }),
					],
				},
			],
		});
		const [row] = parts;
		expect(
			row?.type === ComponentType.ActionRow && row.components.map((each) => "style" in each && each.style),
		).toEqual([ButtonStyle.Secondary, ButtonStyle.Primary, ButtonStyle.Danger, ButtonStyle.Success]);
	});

	test("a select of more than 25 says that it shows the first", async () => {
		expect(await drawn({ kind: "controls", controls: [select("s", 1002)] })).toBe(
			"[Choose a label (the first 25 of 1,002) ▾ 25]",
		);
	});

	test("long labels are cut, and labels of nothing are something to press", async () => {
		expect(await drawn({ kind: "controls", controls: [button("a", "x".repeat(100)), button("b", " ")] })).toBe(
			`[${"x".repeat(79)}…] […]`,
		);
	});

	test("a server's own emoji can be taken off again, where Discord refuses it", async () => {
		const emoji = "<:bear:175928847299117063>";
		const picking: Control = {
			kind: "select",
			id: "s",
			placeholder: "p",
			options: [{ id: "o", label: "bear", emoji }],
		};
		const { body } = await rendered({
			blocks: [
				{ kind: "controls", controls: [button("a", "bear", { emoji }), button("b", "cat", { emoji: "🐱" }), picking] },
			],
		});
		expect(JSON.stringify(body)).toContain("175928847299117063");
		const plain = withoutServerEmoji(body);
		checkBody(create, plain, []);
		expect(JSON.stringify(plain)).not.toContain("175928847299117063");
		expect(inShort(plain.components[0].components)).toBe("[bear] [🐱 cat]\n[p ▾ 1]");
	});
});
