/** `/classify cat dog bear`: which of the labels fits each image, or that none does. */
import { z } from "zod";
import type { CommandEvent } from "../src/chat/event.ts";
import type { Block, RichText } from "../src/chat/view.ts";
import type { LabelSet } from "../src/classify/classify.ts";
import { parseLabels } from "../src/classify/labels.ts";
import { parseTemplates } from "../src/classify/prompts.ts";
import type { Classification, Label, Mode } from "../src/classify/types.ts";
import { unreadInWords } from "../src/classify/unread-labels.ts";
import { labelSetErrors, UserError } from "../src/errors.ts";
import { taught } from "../src/handle/channel-labels.ts";
import { type MeantImage, meantImages } from "../src/handle/meant-images.ts";
import { portOf } from "../src/handle/reply-once.ts";
import { scoreRows } from "../src/handle/score-rows.ts";
import type { Services } from "../src/services.ts";
import { defineCommand } from "./command.ts";

const options = z.object({
	labels: z
		.string()
		.optional()
		.describe("What the image could show: cat dog, or polar bear, panda; nothing: this channel's labels"),
	mode: z
		.enum(["one", "many"])
		.optional()
		.describe("one: the labels share one answer; many: each label alone, as several may fit"),
	template: z.string().optional().describe("The sentence a label is put into, such as: a drawing of a {}"),
});

/** Score bars shown of an image: the first few, and those after them that are worth a look. What is beyond is counted. */
const SHOWN = 5;
const SHOWN_AT_MOST = 10;
const WORTH_A_LOOK = 0.01;
/** New prompts from which the wait is worth a word. */
const WORTH_A_WORD = 100;

export const classify = defineCommand({
	name: "classify",
	description: "Say which of your labels fits an image, or that none does",
	options,
	typed: "labels",
	examples: ["/classify cat dog bear", "/classify polar bear, panda, koala", "/classify cat dog mode:many"],
	who: "everyone",
	firstAnswer: "deferred",
	async run(asked, event, services) {
		const { classifier } = services;
		const { labels, mode, templates, version } = await labelsMeant(asked, event, services);
		const images = await meantImages(event, services);

		const onEncoding = (prompts: number) => {
			if (prompts < WORTH_A_WORD) return;
			void portOf(event, services).progress(event, `Reading ${prompts.toLocaleString("en")} new label prompts…`);
		};
		const encode = async () => {
			const zeroShot = await classifier.labelSet(labels, { templates, mode, onEncoding });
			return version === undefined ? zeroShot : await taught(event, zeroShot, services);
		};
		const [labelSet, ...embeddings] = await Promise.all([encode(), ...images.map((image) => attempt(image))]);
		const answers = await Promise.all(
			embeddings.map((embedding) =>
				embedding instanceof UserError ? embedding : classifier.classify(embedding, labelSet),
			),
		);
		const blocks = answers.flatMap((answer, index) => answerBlocks(answer, headingOf(images, index)));
		const first = answers.find((answer): answer is Classification => !(answer instanceof UserError));
		if (first) blocks.push(...notices(labelSet, services), details(first, labelSet, { templates, version }, services));
		return { blocks, about: images.map(({ image }) => ({ name: image.attachment.name })) };
	},
});

/** Labels to compare with; `version` is that of the channel's own set. */
interface Meant {
	labels: readonly Label[];
	mode?: Mode | undefined;
	templates?: string[] | undefined;
	version?: number | undefined;
}

/** The labels that were named, or else the channel's own, used as the channel wants it unless the command says otherwise. */
async function labelsMeant(asked: z.output<typeof options>, event: CommandEvent, services: Services): Promise<Meant> {
	const { mode } = asked;
	const templates = asked.template === undefined ? undefined : parseTemplates([asked.template]);
	if (asked.labels !== undefined) return { labels: parseLabels(asked.labels), mode, templates };
	const own = await services.store.labelSets.current(event);
	if (!own || own.labels.length === 0) throw labelSetErrors.noneToClassify();
	const { labels, version } = own;
	return { labels, version, mode: mode ?? own.mode, templates: templates ?? own.templates ?? undefined };
}

/** One unreadable image loses no other: its error is its answer. */
async function attempt(image: MeantImage) {
	try {
		return await image.embed();
	} catch (error) {
		if (error instanceof UserError) return error;
		throw error;
	}
}

/** Which of several images an answer is about. */
function headingOf(images: readonly MeantImage[], index: number): { title?: RichText; image?: string } {
	const image = images[index]?.image.attachment;
	if (!image || images.length === 1) return {};
	return { title: [{ strong: `${index + 1} of ${images.length}` }, ` ${image.name}`], image: image.id };
}

function answerBlocks(answer: Classification | UserError, heading: { title?: RichText; image?: string }): Block[] {
	const { title } = heading;
	if (answer instanceof UserError) return [{ kind: "error", ...(title && { title }), text: [answer.sentence] }];
	const shown = answer.scores.filter(
		({ probability }, rank) => rank < SHOWN || (rank < SHOWN_AT_MOST && probability >= WORTH_A_LOOK),
	);
	const rows = scoreRows(shown);
	return [{ kind: "scores", ...heading, rows, none: answer.none, more: answer.scores.length - shown.length }];
}

/** Labels that the model was not taught to read (design section 6). */
function notices(labelSet: LabelSet, { classifier }: Services): Block[] {
	const words = unreadInWords(classifier.unread(labelSet), classifier.model.manifest.name);
	return words === undefined ? [] : [{ kind: "note", text: [words] }];
}

/** How it was judged, for those who ask. */
function details(
	answer: Classification,
	labelSet: LabelSet,
	{ templates, version }: Pick<Meant, "templates" | "version">,
	services: Services,
): Block {
	const { manifest } = services.classifier.model;
	const examples = labelSet.learned?.examples ?? 0;
	const text = (...line: RichText): Block => ({ kind: "text", text: line });
	const blocks: Block[] = [
		text(
			`${version === undefined ? "Labels as read" : `This channel's labels, version ${version}`}: ${labelSet.labels.map((label) => label.text).join(" · ")}`,
		),
		text(`Prompts: ${(templates ?? manifest.templates).map((template) => `“${template}”`).join(", ")}`),
		...(examples > 0
			? [text(`Learned from ${examples.toLocaleString("en")} confirmed example${examples === 1 ? "" : "s"}.`)]
			: []),
		text(noneInWords(answer, labelSet)),
		text(
			`Model: ${manifest.title}${answer.calibrated ? "" : ", uncalibrated: trust the order more than the percentages"}.`,
		),
	];
	return {
		kind: "details",
		summary: answer.calibrated ? "How this was judged" : "How this was judged (uncalibrated)",
		blocks,
	};
}

function noneInWords({ noneSource }: Classification, { kept, unknown }: LabelSet): string {
	const left = kept.length === 1 ? kept[0]?.reduce((sum, bit) => sum + bit, 0) : kept[0]?.length;
	switch (noneSource) {
		case "pool":
			return `“None of these” by competition: the labels against ${left?.toLocaleString("en")} everyday words that are no kind of them.`;
		case "max-softmax":
			return unknown.length > 0
				? "“None of these” by how clearly one label leads: my dictionary knows none of these labels."
				: "“None of these” by how clearly one label leads: the everyday words it is usually judged by are still being read.";
		case "cosine":
			return "“None of these” by how near the image is to the label alone: the everyday words it is usually judged by are still being read.";
		case "sigmoid":
			return "Each label by the model's own sigmoid; “none of these” is what the best of them leaves.";
	}
}
