/** `/autotag on`, `off`, `quiet`, `bots`, `last`: whether new images are tagged by themselves, and old ones on request. */
import { z } from "zod";
import { type CommandEvent, jobId } from "../src/chat/event.ts";
import type { RichText, View } from "../src/chat/view.ts";
import { labelSetErrors } from "../src/errors.ts";
import { startBackfill } from "../src/handle/backfill.ts";
import { portOf } from "../src/handle/reply-once.ts";
import type { Services } from "../src/services.ts";
import type { Settings } from "../src/store/channel-settings.ts";
import type { ChannelLabelSet } from "../src/store/label-sets.ts";
import { type Command, defineCommand } from "./command.ts";
import { inARow, percent } from "./labels/label-set-view.ts";

/** Labels named in a sentence. */
const FEW = 20;

const on = defineCommand({
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	name: "autotag on",
	description: "Have each new image of this channel tagged in its thread",
	options: z.object({}),
	examples: ["/autotag on"],
	async run(_options, event, services) {
		await labelSetOf(event, services);
		return change(event, { autotag: "on" }, services);
	},
});

const quiet = defineCommand({
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	name: "autotag quiet",
	description: "Tag new images by a reaction with the label's emoji; answer only when unsure",
	options: z.object({}),
	examples: ["/autotag quiet"],
	async run(_options, event, services) {
		await labelSetOf(event, services);
		return change(event, { autotag: "quiet" }, services);
	},
});

const off = defineCommand({
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	name: "autotag off",
	description: "Tag no new images in this channel",
	options: z.object({}),
	examples: ["/autotag off"],
	async run(_options, event, services) {
		return change(event, { autotag: "off" }, services);
	},
});

const bots = defineCommand({
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	name: "autotag bots",
	description: "Say whether images that other bots post are tagged too",
	options: z.object({ images: z.enum(["on", "off"]).describe("on: other bots' images too; off: people's only") }),
	typed: "images",
	examples: ["/autotag bots on", "/autotag bots off"],
	async run({ images }, event, services) {
		return change(event, { bots: images === "on" }, services);
	},
});

const wrongCount = { error: "it must be a number from 1 to 1000" };

const last = defineCommand({
	who: "moderators",
	firstAnswer: "deferred",
	name: "autotag last",
	description: "Tag what was posted before: the latest messages with images, behind everything else",
	options: z.object({
		count: z.coerce
			.number(wrongCount)
			.int(wrongCount)
			.min(1, wrongCount)
			.max(1000, wrongCount)
			.describe("How many messages, up to 1,000"),
	}),
	typed: "count",
	examples: ["/autotag last 50"],
	async run({ count }, event, services) {
		await labelSetOf(event, services);
		await startBackfill(event, count, services);
		const messages = count === 1 ? "message" : `${count.toLocaleString("en")} messages`;
		// Where the chat shows no older messages, what the bot has seen is all there is.
		const known = portOf(event, services).history ? "" : " that I have seen";
		return {
			blocks: [{ kind: "text", text: [`Tagging the last ${messages} with images${known}, behind everything else…`] }],
		};
	},
});

const show = defineCommand({
	name: "autotag show",
	description: "Whether new images of this channel are tagged by themselves",
	options: z.object({}),
	examples: ["/autotag", "/autotag show"],
	who: "everyone",
	firstAnswer: "deferred-ephemeral",
	async run(_options, event, services) {
		return answer(event, await services.store.settings.of(event), services);
	},
});

/** All of `/autotag`. */
export const autotag: readonly Command[] = [on, quiet, off, bots, last, show];

/** @throws UserError `label-set.none` */
async function labelSetOf(event: CommandEvent, { store }: Services): Promise<ChannelLabelSet> {
	const set = await store.labelSets.current(event);
	if (!set || set.labels.length === 0) throw labelSetErrors.none();
	return set;
}

async function change(event: CommandEvent, change: Partial<Settings>, services: Services): Promise<View> {
	return answer(event, await services.store.settings.change(event, () => change, jobId(event)), services);
}

/** What happens from now on. */
async function answer(event: CommandEvent, settings: Settings, services: Services): Promise<View> {
	const set = await services.store.labelSets.current(event);
	const isOn = settings.autotag !== "off";
	const hindrance = isOn ? await portOf(event, services).hindrance?.(event, "answering") : undefined;
	const others = `While it is on, images of other bots are ${settings.bots ? "tagged too" : "left alone"}.`;
	const emptied = isOn && set?.labels.length === 0;
	const texts: RichText[] = [
		inWords(settings, set),
		...(hindrance ? [[{ strong: "But not yet: " }, hindrance]] : []),
		[others],
		...(emptied ? [["But there are no labels any more: ", { code: "/labels set" }, " gives the channel some."]] : []),
	];
	return { ephemeral: true, blocks: texts.map((text) => ({ kind: "text", text })) };
}

function inWords({ autotag }: Settings, set: ChannelLabelSet | undefined): RichText {
	const labels = set?.labels ?? [];
	const threshold = percent(set?.threshold ?? 0);
	const state = (name: string): RichText => ["Auto-tag is ", { strong: name }, ". "];
	if (autotag === "off") return [...state("off"), "Nobody's images are tagged unless they ask."];
	if (autotag === "on") {
		return [
			...state("on"),
			`I answer each new image in its thread with the labels from ${threshold} on, or “none of these”: `,
			...inARow(labels, FEW),
			". Vote with ✓, ✗ or a label's emoji, and I learn.",
		];
	}
	const silent = labels.filter((label) => label.emoji === undefined);
	return [
		...state("quiet"),
		"I react to each new image with the emoji of its label, not at all where none fits, and answer in its thread only where I am unsure.",
		...(silent.length > 0 ? [" These have no emoji, so I answer for them: ", ...inARow(silent, FEW), "."] : []),
	];
}
