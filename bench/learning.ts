/** `npm run bench -- learning FOLDER`: how fast a channel learns, simulated with the labels that a folder's names give. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { LabelSet } from "../src/classify/classify.ts";
import { teach } from "../src/classify/learning.ts";
import { cosines } from "../src/classify/matrix.ts";
import type { Embedding, ScoringModel } from "../src/classify/types.ts";
import { encodeFolder } from "../src/cli/encode-folder.ts";
import { openClassifier } from "../src/cli/open-classifier.ts";
import { progressBar } from "../src/cli/terminal.ts";
import { readLabelledFolder } from "../src/study/labelled-folder.ts";
import { seededRandom, shuffled } from "../src/study/seeded-random.ts";
import { type CachedExample, searchTipAdapter, tipAdapter } from "../src/study/tip-adapter.ts";
import { drawCurves } from "./learning-chart.ts";
import { logisticRegression } from "./logistic-regression.ts";

const SHOTS = [0, 1, 2, 4, 8, 16];
const SEEDS = [1, 2, 3, 4, 5];
/** Shares of votes that are wrong. */
const WRONG = [0, 0.2];

/** The images' logits by a method that has learned from the examples. */
type Method = (
	examples: readonly CachedExample[],
	set: LabelSet,
	model: ScoringModel,
) => Promise<(image: Embedding) => Float64Array>;

const zeroShot =
	({ embeddings }: LabelSet) =>
	(image: Embedding) =>
		cosines(image, embeddings);

const methods: Record<string, Method> = {
	"zero-shot": async (_, set) => zeroShot(set),
	"anchored probe (this)": async (examples, set, model) => {
		const confirmed = examples.map(({ embedding, label }) => ({ embedding, labels: [set.labels[label]?.text ?? ""] }));
		const { learned } = teach(set, confirmed, { model });
		return learned ? (image) => cosines(image, learned.weights) : zeroShot(set);
	},
	"Tip-Adapter": async (examples, set, { logitScale }) => {
		const options = searchTipAdapter(examples, set.embeddings, logitScale);
		return tipAdapter(examples, set.embeddings, logitScale, options);
	},
	"logistic regression": async (examples, set) => {
		const { weights, offsets } = await logisticRegression(examples, set.labels.length);
		return (image) => cosines(image, weights).map((logit, label) => logit + (offsets[label] ?? 0));
	},
};

/** One method's accuracy after so many examples a label. */
export interface Point {
	method: string;
	wrong: number;
	shots: number;
	/** Mean over the seeds, its standard error, and each seed's. */
	accuracy: number;
	error: number;
	seeds: number[];
}

export async function benchLearning(args: string[]): Promise<void> {
	const { values, positionals } = parseArgs({
		args,
		allowPositionals: true,
		options: {
			model: { type: "string" },
			limit: { type: "string", default: "200" },
			png: { type: "string" },
			json: { type: "boolean", default: false },
		},
	});
	const [root] = positionals;
	if (root === undefined)
		throw new Error("Which folder? npm run bench -- learning FOLDER [--limit N] [--png FILE] [--json]");
	const classifier = await openClassifier(values.model);
	const folder = await readLabelledFolder(root, Number(values.limit));
	const encoded = await encodeFolder(classifier, root, folder);
	const set = await classifier.labelSet(folder.folders.map((text) => ({ text })));
	const images = encoded.map(({ embedding, folder: name }) => ({ embedding, label: folder.folders.indexOf(name) }));
	const points = await simulate(images, set, classifier.scoring.model);
	await classifier.close();

	if (values.png !== undefined) await writeFile(values.png, await drawCurves(points));
	const summary = { model: classifier.model.id, images: images.length, labels: folder.folders.length };
	if (values.json) process.stdout.write(`${JSON.stringify({ ...summary, seeds: SEEDS.length, points })}\n`);
	else process.stdout.write(table(points, summary));
}

async function simulate(images: readonly CachedExample[], set: LabelSet, model: ScoringModel): Promise<Point[]> {
	const bar = progressBar("Learning", SEEDS.length * WRONG.length * SHOTS.length);
	const found = new Map<string, Point>();
	let done = 0;
	for (const seed of SEEDS) {
		for (const wrong of WRONG) {
			const { examples, test } = drawn(images, set.labels.length, seed, wrong);
			for (const shots of SHOTS) {
				const learnedFrom = examples.flatMap((ofLabel) => ofLabel.slice(0, shots));
				for (const [method, learn] of Object.entries(methods)) {
					if (shots === 0 && method === "logistic regression") continue;
					const logitsOf = shots === 0 ? zeroShot(set) : await learn(learnedFrom, set, model);
					const right = test.filter(({ embedding, label }) => best(logitsOf(embedding)) === label).length;
					const key = `${method} ${wrong} ${shots}`;
					const point = found.get(key) ?? { method, wrong, shots, accuracy: 0, error: 0, seeds: [] };
					found.set(key, point);
					point.seeds.push(right / test.length);
				}
				bar.update(++done);
			}
		}
	}
	bar.stop();
	return [...found.values()].map((point) => ({ ...point, ...meanAndError(point.seeds) }));
}

/** The examples of each label, some with a wrong vote, and the images that no number of examples ever uses. */
function drawn(images: readonly CachedExample[], labels: number, seed: number, wrong: number) {
	const random = seededRandom(seed);
	const byLabel = Array.from({ length: labels }, (_, label) => {
		return shuffled(
			images.filter((image) => image.label === label),
			random,
		);
	});
	const most = Math.max(...SHOTS);
	const vote = (label: number) => {
		const slips = random() < wrong;
		const other = Math.floor(random() * (labels - 1));
		return slips ? (label + 1 + other) % labels : label;
	};
	return {
		examples: byLabel.map((of) => of.slice(0, most).map(({ embedding, label }) => ({ embedding, label: vote(label) }))),
		test: byLabel.flatMap((of) => of.slice(most)),
	};
}

function best(logits: Float64Array): number {
	return logits.indexOf(Math.max(...logits));
}

function meanAndError(values: readonly number[]): { accuracy: number; error: number } {
	const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
	const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
	return { accuracy: mean, error: Math.sqrt(variance / values.length) };
}

function table(
	points: readonly Point[],
	{ model, images, labels }: { model: string; images: number; labels: number },
): string {
	const lines = [
		`${model}: ${images} images of ${labels} labels, accuracy in % ± standard error of ${SEEDS.length} seeds`,
	];
	for (const wrong of WRONG) {
		lines.push(
			"",
			`| examples a label, ${100 * wrong} % wrong votes | ${SHOTS.join(" | ")} |`,
			`|---|${"---|".repeat(SHOTS.length)}`,
		);
		for (const method of Object.keys(methods)) {
			const cells = SHOTS.map((shots) => {
				const point = points.find((one) => one.method === method && one.wrong === wrong && one.shots === shots);
				return point ? `${percent(point.accuracy)} ± ${percent(point.error)}` : "–";
			});
			lines.push(`| ${method} | ${cells.join(" | ")} |`);
		}
	}
	return `${lines.join("\n")}\n`;
}

function percent(share: number): string {
	return (100 * share).toFixed(1);
}
