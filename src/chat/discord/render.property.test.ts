import { type APIComponentInContainer, ComponentType } from "discord.js";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkBody } from "../../../test/support/discord/check-body.ts";
import type { Block, Control, RichText, View } from "../view.ts";
import { renderChoices, renderForm } from "./dialogs.ts";
import { editOf, renderView } from "./render.ts";

/** More with `RUNS=20000`. */
const runs = Number(process.env.RUNS ?? 60);
const person = "80351110224678912";
const place = {
	platform: "discord" as const,
	workspace: "613425648685547541",
	channel: "175928847299117063",
	message: "175928847299117065",
};

/** Letters that mean something to Discord, to JavaScript or to the eye, among plain ones. */
const text = fc.oneof(
	{ weight: 3, arbitrary: fc.string({ unit: "grapheme-ascii", maxLength: 30 }) },
	{
		weight: 2,
		arbitrary: fc.string({
			unit: fc.constantFrom(
				..."@<>#*_~|`[]():\\-+.1 \n\r\t",
				"@everyone",
				`<@&${person}>`,
				"\uD800",
				"\u202E",
				"👩‍👩‍👧",
				"猫",
			),
			maxLength: 60,
		}),
	},
	{ weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
	{
		weight: 1,
		arbitrary: fc.nat(6000).map((length) => "lorem *ipsum* ".repeat(Math.ceil(length / 14)).slice(0, length)),
	},
);
const brief = text.map((long) => [...long.slice(0, 90)].join(""));
const emoji = fc.constantFrom("🐱", ":dog:", "✓", `<:own:${person}>`, "<:x:1>", ":no_such:", "@everyone", "");
const rich: fc.Arbitrary<RichText> = fc.array(
	fc.oneof(
		text,
		text.map((strong) => ({ strong })),
		text.map((code) => ({ code })),
		emoji.map((each) => ({ emoji: each })),
		fc.constant({ person }),
		text.map((words) => ({ link: place, text: words })),
	),
	{ maxLength: 6 },
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

type Recipe = (at: number) => Block;
/** Without what is undefined, as a view is made. */
const given = <T extends object>(values: T) =>
	Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
/** Stands in every block, so that it can be found again. */
const token = (at: number) => `q${at}q`;

const options = fc.record({ count: fc.nat(60), label: text, emoji });
const control = fc.oneof(
	fc.record({ label: text, emoji: optional(emoji), pressed: fc.boolean() }).map((button) => {
		return (id: string): Control => ({ kind: "button", id, ...button, ...given({ emoji: button.emoji }) }) as Control;
	}),
	fc.record({ placeholder: text, options }).map(({ placeholder, options: { count, ...option } }) => {
		return (id: string): Control => ({
			kind: "select",
			id,
			placeholder,
			options: Array.from({ length: count }, (_, at) => ({ ...option, id: `${at}` })),
		});
	}),
);
const controls = fc.array(control, { maxLength: 12 });
const named = (at: number, made: readonly ((id: string) => Control)[]) =>
	made.map((make, nr) => make(`${token(at)}|${nr}`));

const probability = fc.double({ min: 0, max: 1, noNaN: true });
const rows = fc
	.record({ count: fc.oneof(fc.nat(12), fc.nat(400)), label: text, emoji: optional(emoji), probability })
	.map(({ count, label, ...row }) =>
		Array.from({ length: count }, (_, at) => ({
			...given(row),
			probability: row.probability,
			label: `r${at} ${label}`,
		})),
	);
const scores: fc.Arbitrary<Recipe> = fc
	.record({
		headline: optional(rich),
		votes: optional(rich),
		note: optional(rich),
		rows,
		none: probability,
		more: fc.nat(2000),
		controls,
	})
	.map(({ headline, votes, note, controls: made, ...block }) => (at) => ({
		kind: "scores",
		title: [{ strong: token(at) }],
		...given({ headline, votes, note }),
		...block,
		controls: named(at, made),
	}));
const table: fc.Arbitrary<Recipe> = fc
	.record({
		cells: fc.array(brief, { maxLength: 4 }),
		count: fc.oneof(fc.nat(5), fc.nat(400)),
		head: fc.array(text, { maxLength: 5 }),
	})
	.map(({ cells, count, head }) => (at) => ({
		kind: "table",
		head,
		rows: Array.from({ length: count + 1 }, (_, nr) => [`${token(at)} t${nr}`, ...cells]),
	}));
const gallery: fc.Arbitrary<Recipe> = fc
	.record({ count: fc.nat(13), caption: rich, url: fc.oneof(fc.webUrl(), text), name: text })
	.map(({ count, caption, url, name }) => (at) => ({
		kind: "gallery",
		items: Array.from({ length: count + 1 }, () => ({
			attachment: { id: "1", url, name },
			message: place,
			caption: [`${token(at)} `, ...caption],
		})),
	}));
const recipe: fc.Arbitrary<Recipe> = fc.oneof(
	{
		weight: 3,
		arbitrary: fc.tuple(fc.constantFrom("text" as const, "note" as const, "error" as const), rich).map(
			([kind, words]) =>
				(at: number): Block => ({ kind, text: [`${token(at)} `, ...words] }),
		),
	},
	{ weight: 3, arbitrary: scores },
	{ weight: 2, arbitrary: table },
	{ weight: 1, arbitrary: gallery },
	{
		weight: 1,
		arbitrary: fc.tuple(controls, control).map(
			([made, one]) =>
				(at: number): Block => ({
					kind: "controls",
					controls: named(at, [(id) => ({ kind: "button", id, label: token(at) }), one, ...made]),
				}),
		),
	},
	{
		weight: 1,
		arbitrary: fc.tuple(text, text).map(
			([name, alt]) =>
				(at: number): Block => ({ kind: "picture", name, alt: `${token(at)} ${alt}`, png: Uint8Array.of(1) }),
		),
	},
	{
		weight: 1,
		arbitrary: fc.tuple(text, fc.nat(3000)).map(
			([name, size]) =>
				(at: number): Block => ({ kind: "file", name: `${token(at)} ${name}`, type: "text/csv", content: bytes(size) }),
		),
	},
);
const views = fc
	.oneof(fc.array(recipe, { maxLength: 8 }), fc.array(recipe, { maxLength: 100 }))
	.map((recipes) => recipes.map((make, at) => make(at)));

async function* bytes(size: number): AsyncGenerator<Uint8Array> {
	yield new Uint8Array(size);
}

async function rendered(view: View) {
	const { body, files } = await renderView(view, { marker: "m", maxFileBytes: 2000 });
	const names = files.map(({ name }) => name);
	checkBody("POST /webhooks/175928847299117066/token", body, names);
	checkBody("PATCH /channels/175928847299117063/messages/175928847299117064", editOf(body), names);
	return body;
}

function textsOf(parts: readonly APIComponentInContainer[]): string {
	return parts.map((part) => (part.type === ComponentType.TextDisplay ? part.content : "")).join("\n");
}

/** What a pattern's first group counts, wherever it is said. */
function said(words: string, pattern: RegExp): number {
	return [...words.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count?.replaceAll(",", "")), 0);
}

test("whatever is shown, Discord would take it, it mentions no one, and no block goes without a word", async () => {
	await fc.assert(
		fc.asyncProperty(views, fc.boolean(), async (blocks, ephemeral) => {
			const body = await rendered({ blocks, ephemeral });
			expect(body.allowed_mentions).toEqual({ parse: [] });
			const shown = textsOf(body.components[0].components);
			// In code nothing mentions; elsewhere only people that the view names.
			const bare = shown.replace(/\\[^0-9A-Za-z\s]|```[^`]*```|`[^`\n]*`/g, "");
			expect(bare.replaceAll(`<@${person}>`, "").replaceAll(/<a?:\w+:\d+>/g, "")).not.toMatch(/[@<]/);
			const everything = JSON.stringify(body);
			const found = blocks.filter((_, at) => everything.includes(token(at))).length;
			expect(found + said(shown, /^-# and ([\d,]+) more parts?, too much/gm)).toBe(blocks.length);
		}),
		{ numRuns: runs },
	);
});

test("every bar of an image is shown or counted", async () => {
	await fc.assert(
		fc.asyncProperty(scores, fc.array(recipe, { maxLength: 6 }), async (make, others) => {
			const block = make(0);
			const kept = { kind: "note" as const, text: others.length > 3 ? ["x".repeat(500)] : ["x"] };
			if (block.kind !== "scores") return;
			const alone = { ...block, headline: [], votes: [], note: [] };
			const shown = textsOf((await rendered({ blocks: [kept, alone] })).components[0].components);
			const bars = shown.match(/^`[█░]{10} .{4}` (?!\*{1,3}none of these)/gmu)?.length ?? 0;
			expect(bars + said(shown, /^-# and ([\d,]+) more labels?$/gm)).toBe(block.rows.length + block.more);
			expect(shown).toContain("none of these");
		}),
		{ numRuns: runs },
	);
});

test("every row of a table is shown or counted", async () => {
	await fc.assert(
		fc.asyncProperty(table, rich, async (make, before) => {
			const block = make(0);
			if (block.kind !== "table") return;
			const blocks: Block[] = [{ kind: "text", text: ["x", ...before] }, block, { kind: "note", text: ["end"] }];
			const shown = textsOf((await rendered({ blocks })).components[0].components);
			const found = shown.match(/q0q t\d+/g)?.length ?? 0;
			expect(found + said(shown, /^-# and ([\d,]+) more rows?$/gm)).toBe(block.rows.length);
			expect(shown).toContain("-# end");
		}),
		{ numRuns: runs },
	);
});

test("every control is there or counted, and one at least is there", async () => {
	await fc.assert(
		fc.asyncProperty(fc.array(control, { minLength: 1, maxLength: 60 }), async (made) => {
			const all = named(0, made).filter((each) => each.kind === "button" || each.options.length > 0);
			const body = await rendered({ blocks: [{ kind: "controls", controls: all }] });
			const parts = body.components[0].components;
			const there = parts.flatMap((part) => (part.type === ComponentType.ActionRow ? part.components : [])).length;
			expect(there + said(textsOf(parts), /No room here for (\d+) /g)).toBe(all.length);
			if (all.length > 0) expect(there).toBeGreaterThan(0);
		}),
		{ numRuns: runs },
	);
});

test("whatever is asked in a dialog, or completed, Discord would take it", () => {
	const field = fc.record({ label: text, placeholder: optional(text), maxLength: fc.integer({ min: 1, max: 9000 }) });
	const route = "POST /interactions/175928847299117066/token/callback";
	fc.assert(
		fc.property(
			fc.array(field, { minLength: 1, maxLength: 5 }),
			text,
			fc.array(text, { maxLength: 40 }),
			(fields, title, texts) => {
				const form = {
					title: `t${title}`,
					submit: "Vote",
					fields: fields.map(({ placeholder, ...rest }, at) => ({
						...rest,
						...(placeholder !== undefined && { placeholder }),
						label: `l${rest.label}`,
						name: `f${at}`,
					})),
				};
				checkBody(route, { type: 9, data: renderForm(form, "choose|1") });
				checkBody(route, { type: 8, data: renderChoices(texts) });
			},
		),
		{ numRuns: runs },
	);
});
