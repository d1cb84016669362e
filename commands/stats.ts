/** `/stats`: a channel in figures, as pictures and as tables. */
import type { Counter } from "prom-client";
import { z } from "zod";
import { percents } from "../src/charts/percents.ts";
import type { Block } from "../src/chat/view.ts";
import { channelLabels } from "../src/handle/channel-labels.ts";
import type { Services } from "../src/services.ts";
import type { ChannelFigures } from "../src/store/export.ts";
import { defineCommand } from "./command.ts";

/** Bars in the picture; the table has all. */
const BARS = 12;
/** Rows of a table at once; what is beyond is folded away. */
const ROWS = 15;
/** Days in the picture and the table: the newest. */
const DAYS = 90;

export const stats = defineCommand({
	name: "stats",
	description: "This channel in figures: images, tags, agreement, and how often I was right",
	options: z.object({}),
	examples: ["/stats"],
	who: "everyone",
	firstAnswer: "deferred-ephemeral",
	async run(_options, event, services) {
		const { store, classifier } = services;
		const [figures, labels, hitRate] = await Promise.all([
			store.export.figures(event, classifier.model.id),
			channelLabels(event, services),
			cacheHitRate(services),
		]);
		const { learned, refit } = labels?.labelSet ?? {};
		const learnedFrom = learned
			? `${count(learned.examples)} confirmed images`
			: "nothing yet: by the labels' words alone";
		const rows = [
			["Images seen", count(figures.images)],
			["Tagged", count(figures.tagged)],
			["Agreed on", count(figures.agreed)],
			["Of those that were tagged, shown right", shownRight(figures.accuracy)],
			["Waiting for re-encoding", count(figures.waiting)],
			...(labels ? [["Learned from", learnedFrom]] : []),
			...(refit ? [["Calibrated on", `${count(refit.examples)} confirmed images`]] : []),
			[
				"Label prompts that were known already",
				hitRate === undefined ? "none asked for yet" : `${percents(hitRate)} %`,
			],
		];
		return {
			ephemeral: true,
			blocks: [
				{ kind: "table", head: ["This channel", ""], rows },
				...(await perLabelBlocks(figures.perLabel)),
				...(await accuracyBlocks(figures.accuracy)),
				...notes(figures, services),
			],
		};
	},
});

/** Loaded only where they are drawn: a front, which knows every command and runs few, has no charts. */
async function charts() {
	const [{ bars }, { days }, { chartNames }, { chartToPng }] = await Promise.all([
		import("../src/charts/bars.ts"),
		import("../src/charts/days.ts"),
		import("../src/charts/names.ts"),
		import("../src/charts/picture.ts"),
	]);
	return { bars, days, chartNames, chartToPng };
}

async function perLabelBlocks(perLabel: ChannelFigures["perLabel"]): Promise<Block[]> {
	if (perLabel.length === 0) return [];
	const { bars, chartNames, chartToPng } = await charts();
	const labels = perLabel.map(({ label }) => label ?? "none of these");
	const names = chartNames(labels);
	const rows = perLabel.map(({ images }, index) => ({ name: names[index] ?? "", value: images }));
	const left = rows.length - BARS;
	const spec = bars({
		title: "Images by label",
		subtitle:
			left > 0 ? `as they were tagged; the ${BARS} most frequent of ${count(rows.length)}` : "as they were tagged",
		rows: rows.slice(0, BARS),
	});
	// A label that the chart's font can't write stands there by the number it has here.
	const numbered = names.some((name, index) => name === `#${index + 1}`);
	const cells = labels.map((label, index) => [
		...(numbered ? [`#${index + 1}`] : []),
		label,
		count(rows[index]?.value ?? 0),
	]);
	const alt = `Bars: images by label. Most frequent: ${labels[0]}, ${count(rows[0]?.value ?? 0)}. The table has all.`;
	return [
		{ kind: "picture", name: "labels.png", alt, png: await chartToPng(spec) },
		...foldedTable([...(numbered ? ["#"] : []), "Label", "Images"], cells),
	];
}

/** One day makes no line. */
async function accuracyBlocks(accuracy: ChannelFigures["accuracy"]): Promise<Block[]> {
	const shown = accuracy.slice(-DAYS);
	if (shown.length < 2) return [];
	const { days, chartToPng } = await charts();
	const subtitle = accuracy.length > DAYS ? `the last ${DAYS} days with agreed images` : "of the images agreed on";
	const spec = days({
		title: "Shown right, by day",
		subtitle,
		days: shown.map(({ day, agreed, right }) => ({ day, share: right / agreed, of: agreed })),
	});
	const last = shown.at(-1);
	const alt = `Line: how many of the images agreed on were shown right, by day; ${last?.right} of ${last?.agreed} on ${last?.day}. The table has all days.`;
	const cells = shown.map(({ day, agreed, right }) => [day, `${percents(right / agreed)} %`, `${right} of ${agreed}`]);
	return [
		{ kind: "picture", name: "accuracy.png", alt, png: await chartToPng(spec) },
		...foldedTable(["Day (UTC)", "Shown right", ""], cells.reverse()),
	];
}

function foldedTable(head: string[], rows: string[][]): Block[] {
	const table = (part: string[][]): Block => ({ kind: "table", head, rows: part });
	if (rows.length <= ROWS) return [table(rows)];
	const summary = `and ${count(rows.length - ROWS)} more`;
	return [table(rows.slice(0, ROWS)), { kind: "details", summary, blocks: [table(rows.slice(ROWS))] }];
}

function notes({ waiting, images }: ChannelFigures, { classifier }: Services): Block[] {
	const note = (text: string): Block => ({ kind: "note", text: [text] });
	return [
		...(images === 0 ? [note("I have seen no images in this channel yet.")] : []),
		...(waiting > 0
			? [
					note(
						`Search and learning leave out images that wait for re-encoding: they were not read by the model that runs now (${classifier.model.manifest.title}).`,
					),
				]
			: []),
		note("“Known already” is of all channels since I was started, the rest of this channel."),
	];
}

function shownRight(accuracy: ChannelFigures["accuracy"]): string {
	const agreed = accuracy.reduce((sum, day) => sum + day.agreed, 0);
	const right = accuracy.reduce((sum, day) => sum + day.right, 0);
	return agreed === 0 ? "none agreed on yet" : `${percents(right / agreed)} % (${count(right)} of ${count(agreed)})`;
}

/** The share of label prompts that needed no encoding, in [0, 1]; undefined before the first. */
async function cacheHitRate({ metrics }: Services): Promise<number | undefined> {
	const [hits, misses] = await Promise.all([total(metrics.textCacheHits), total(metrics.textCacheMisses)]);
	return hits + misses === 0 ? undefined : hits / (hits + misses);
}

async function total(counter: Counter): Promise<number> {
	return (await counter.get()).values.reduce((sum, { value }) => sum + value, 0);
}

function count(value: number): string {
	return value.toLocaleString("en");
}
