/** What `/wording` shows: the picture, the same as a table, and which wording is best by what people confirmed. */
import { percents } from "../src/charts/percents.ts";
import type { Block, View } from "../src/chat/view.ts";
import type { Classification, Label } from "../src/classify/types.ts";
import { standing, type Wording } from "../src/classify/wording.ts";
import { adoptButton } from "../src/handle/adopt-wording.ts";

/** A wording, and what an image shows under it. */
export interface WordingRow extends Wording {
	answer: Classification;
	/** Of the label asked for, in [0, 1]. */
	probability: number;
	rank: number;
	/** How many of the confirmed examples it gets right. */
	right: number;
}

export interface ComparedWordings {
	label: Label;
	/** Those that the label competes with, itself included. */
	labels: readonly Label[];
	/** By falling probability; at least one. */
	rows: readonly WordingRow[];
	/** Confirmed examples that `right` is of; 0: there are none. */
	examples: number;
	/** Whether they are wordings that a button can name. */
	adoptable: boolean;
}

/** Labels in the picture beside the one asked for: those that come nearest to being the answer. */
const RIVALS = 4;
/** With fewer examples, one image is worth more than most wordings differ by. */
const ENOUGH_EXAMPLES = 20;
/** Wordings offered to adopt, the best first. */
const OFFERED = 3;

export async function wordingView(compared: ComparedWordings): Promise<View> {
	const { label, rows } = compared;
	const [best, worst] = [rows[0], rows.at(-1)];
	const from = `${percents(worst?.probability ?? 0)} % (“${worst?.name}”)`;
	const to = `${percents(best?.probability ?? 0)} % (“${best?.name}”)`;
	const summary: Block = {
		kind: "text",
		text: [{ strong: label.text }, ` gets from ${from} to ${to}, by the wording alone.`],
	};
	return { blocks: [summary, ...(await picture(compared)), table(compared), ...verdict(compared)] };
}

async function picture({ label, labels, rows }: ComparedWordings): Promise<Block[]> {
	// Loaded only where they are drawn: a front, which knows every command and runs few, has no charts.
	const [{ heatMap }, { chartNames, numbersInWords }, { chartToPng }] = await Promise.all([
		import("../src/charts/heat-map.ts"),
		import("../src/charts/names.ts"),
		import("../src/charts/picture.ts"),
	]);
	const likeliest = (text: string) => Math.max(...rows.map(({ answer }) => standing(answer, text).probability));
	const others = labels
		.map(({ text }) => text)
		.filter((text) => text !== label.text)
		.sort((a, b) => likeliest(b) - likeliest(a));
	const shown = [label.text, ...others.slice(0, RIVALS)];
	const columns = [...shown, "none of these"];
	const spec = heatMap({
		title: `“${chartNames([label.text])[0]}” in ${rows.length} wordings`,
		subtitle: "Probability in percent, a wording a row",
		rows: chartNames(rows.map(({ name }) => name)),
		columns: chartNames(columns),
		values: rows.map(({ answer }) => [...shown.map((text) => standing(answer, text).probability), answer.none]),
	});
	const left = others.length - (shown.length - 1);
	const notes = [
		left > 0 && `The picture has the ${RIVALS} labels that come nearest to it; ${left} more took part.`,
		numbersInWords(columns) && `In its columns ${numbersInWords(columns)}.`,
		numbersInWords(rows.map(({ name }) => name)) && "A number in its rows is the line of the table.",
	].filter((note) => typeof note === "string");
	return [
		{
			kind: "picture",
			name: "wording.png",
			alt: `Heat map: how probable “${label.text}” and ${columns.length - 1} other answers are under ${rows.length} wordings. The table has the figures.`,
			png: await chartToPng(spec),
		},
		...notes.map((note): Block => ({ kind: "note", text: [note] })),
	];
}

function table({ rows, examples }: ComparedWordings): Block {
	return {
		kind: "table",
		head: ["Wording", "Probability", "Rank", ...(examples > 0 ? ["Right"] : [])],
		rows: rows.map(({ name, now, probability, rank, right }) => [
			now ? `${name} (used now)` : name,
			`${percents(probability)} %`,
			String(rank),
			...(examples > 0 ? [`${right} of ${examples}`] : []),
		]),
	};
}

/** Which wording is best by what people confirmed, and a way to adopt it. */
function verdict({ rows, examples, adoptable }: ComparedWordings): Block[] {
	const note = (text: string): Block => ({ kind: "note", text: [text] });
	if (examples === 0) {
		return [note("Which wording is best for this channel shows once people have confirmed some of its images.")];
	}
	const few = examples < ENOUGH_EXAMPLES;
	const confirmed = `${examples} confirmed ${examples === 1 ? "image" : "images"}`;
	const blocks = [
		note(
			few
				? `“Right” is measured on only ${confirmed}: too few to choose by. ${ENOUGH_EXAMPLES} would do.`
				: `“Right” is measured on ${confirmed}, among all of this channel's labels and without what it has learned.`,
		),
	];
	const now = rows.find((row) => row.now)?.right ?? 0;
	const better = rows.filter(({ right }) => right > now).sort((a, b) => b.right - a.right);
	const [best] = better;
	if (!best) return [...blocks, { kind: "text", text: ["None of them is right more often than what is used now."] }];
	if (adoptable) return [...blocks, { kind: "controls", controls: better.slice(0, OFFERED).map(adoptButton) }];
	const command = `/labels template ${best.templates.join(" | ")}`;
	return [...blocks, { kind: "text", text: ["For moderators, to adopt the best: ", { code: command }] }];
}
