import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Classifier, loadClassifier } from "../classifier.ts";
import { modelsDir, packageRoot } from "../package-root.ts";
import { seededRandom } from "../study/seeded-random.ts";
import { classify, type LabelSet, prepareLabelSet } from "./classify.ts";
import { type ConfirmedExample, teach } from "./learning.ts";
import type { Embedding, Mode, ScoringModel } from "./types.ts";

const model: ScoringModel = { logitScale: 14, logitBias: 0, scoring: "softmax" };
const siglip: ScoringModel = { logitScale: 100, logitBias: -10, scoring: "sigmoid" };
const dim = 32;

/** Images of a label lie around a centre; its text points there only in part. */
function world(labels: number, seed = 1) {
	const random = seededRandom(seed);
	const direction = () => Array.from({ length: dim }, () => random() + random() + random() - 1.5);
	const unit = (values: readonly number[]): Embedding => {
		const length = Math.hypot(...values);
		return Float32Array.from(values, (value) => value / length);
	};
	const centres = Array.from({ length: labels }, direction);
	const texts = centres.map((centre) => {
		const off = direction();
		return unit(centre.map((value, i) => value + 2 * (off[i] ?? 0)));
	});
	const image = (label: number) => {
		const off = direction();
		return unit((centres[label] ?? []).map((value, i) => value + 0.9 * (off[i] ?? 0)));
	};
	const names = centres.map((_, label) => `label ${label}`);
	const set = (mode: Mode = "one") =>
		prepareLabelSet({ labels: names.map((text) => ({ text })), embeddings: texts, mode });
	const confirmed = (label: number, voted = label): ConfirmedExample => {
		return { embedding: image(label), labels: [names[voted] ?? ""] };
	};
	return { image, set, confirmed, random, direction: () => unit(direction()) };
}

function accuracyOf(
	set: LabelSet,
	tests: readonly { embedding: Embedding; labels: readonly string[] }[],
	scoring = { model },
) {
	const right = tests.filter(({ embedding, labels }) => {
		return classify(embedding, set, scoring).scores[0]?.label.text === labels[0];
	});
	return right.length / tests.length;
}

const labels = 6;
const rounds = (count: number) => Array.from({ length: count * labels }, (_, index) => index % labels);

describe("a channel that learns", () => {
	it("is right more often after 4 examples a label, and more often yet after 16", () => {
		const { set, confirmed } = world(labels);
		const tests = rounds(40).map((label) => confirmed(label));
		const accuracies = [0, 4, 16].map((count) => {
			return accuracyOf(
				teach(
					set(),
					rounds(count).map((label) => confirmed(label)),
					{ model },
				),
				tests,
			);
		});
		const [none = 1, four = 0, sixteen = 0] = accuracies;
		expect(four).toBeGreaterThan(none + 0.05);
		expect(sixteen).toBeGreaterThan(four);
	});

	it("survives that one vote in five is wrong", () => {
		const gains = [1, 2, 3, 4, 5].map((seed) => {
			const { set, confirmed, random } = world(labels, seed);
			const tests = rounds(40).map((label) => confirmed(label));
			const vote = (label: number) =>
				random() < 0.2 ? (label + 1 + Math.floor(random() * (labels - 1))) % labels : label;
			const votes = rounds(8).map((label) => confirmed(label, vote(label)));
			return accuracyOf(teach(set(), votes, { model }), tests) - accuracyOf(set(), tests);
		});
		expect(gains.reduce((sum, gain) => sum + gain, 0) / gains.length).toBeGreaterThan(0);
	});

	it("learns from a single example, carefully, and says so beside the score", () => {
		const { set, confirmed } = world(labels);
		const example = confirmed(2);
		const before = classify(example.embedding, set(), { model });
		const after = classify(example.embedding, teach(set(), [example], { model }), { model });
		const of = ({ scores }: typeof before) => scores.find(({ label }) => label.text === "label 2");
		expect(of(after)?.probability).toBeGreaterThan(of(before)?.probability ?? 1);
		expect(of(after)).toMatchObject({ source: "learned", examples: 1 });
		expect(after.learnedFrom).toBe(1);
		expect(after.scores.filter(({ source }) => source === "zero-shot")).toHaveLength(labels - 1);
		expect(before.learnedFrom).toBeUndefined();
	});

	it("teaches the same, given the same", () => {
		const { set, confirmed } = world(labels);
		const examples = rounds(4).map((label) => confirmed(label));
		expect(teach(set(), examples, { model })).toEqual(teach(set(), examples, { model }));
	});

	it("is zero-shot again without examples, and where none is of its labels", () => {
		const { set, confirmed, image } = world(labels);
		const taught = teach(set(), [confirmed(0), confirmed(1), confirmed(2)], { model });
		expect(taught.learned).toBeDefined();
		const stranger = { embedding: image(0), labels: ["something removed"] };
		expect(teach(taught, [], { model })).toEqual(set());
		expect(teach(taught, [stranger], { model })).toEqual(set());
	});

	it("knows labels whatever their case, and teaches as if removed ones were never there", () => {
		const { set, confirmed, image } = world(labels);
		const examples = rounds(2).map((label) => confirmed(label));
		const shouted = examples.map((example) => ({
			...example,
			labels: example.labels.map((text) => text.toUpperCase()),
		}));
		const removed = { embedding: image(3), labels: ["something removed"] };
		expect(teach(set(), [...shouted.slice(0, 5), removed, ...shouted.slice(5)], { model })).toEqual(
			teach(set(), examples, { model }),
		);
	});

	it("refuses embeddings of another model", () => {
		const { set } = world(labels);
		expect(() => teach(set(), [{ embedding: new Float32Array(3), labels: ["label 0"] }], { model })).toThrow(
			RangeError,
		);
	});
});

describe("in mode many", () => {
	for (const scoring of [{ model: siglip }, { model: { ...model, calibration: calibrationOfTexts() } }]) {
		it(`labels of one image are learned together (${scoring.model.scoring})`, () => {
			const { image, set, direction } = world(4);
			const both = Array.from({ length: 12 }, (_, index) => ({
				embedding: image(index % 2),
				labels: ["label 0", "label 3"],
			}));
			const neither = Array.from({ length: 12 }, () => ({ embedding: direction(), labels: [] }));
			const taught = teach(set("many"), [...both, ...neither], scoring);
			const of = (answer: LabelSet, text: string) =>
				classify(image(0), answer, scoring).scores.find(({ label }) => label.text === text)?.probability ?? 0;
			expect(of(taught, "label 3")).toBeGreaterThan(of(set("many"), "label 3"));
			expect(taught.learned?.perLabel).toEqual([12, 0, 0, 12]);
			expect(taught.learned?.examples).toBe(24);
		});
	}
});

function calibrationOfTexts() {
	return { temperature: 1, noneScale: 14, none: { a: 1, b: 0 }, maxSoftmax: { a: -4, b: 2 }, cosine: { a: -20, b: 8 } };
}

describe("with the starter model", () => {
	let classifier: Classifier;
	let photos: Map<string, Embedding>;
	beforeAll(async () => {
		classifier = await loadClassifier({ model: "starter", modelsDir, dataDir: ".", device: "cpu", onFallback() {} });
		const folder = join(packageRoot, "test/fixtures/photos");
		const names = (await readdir(folder)).filter((name) => /\.(png|jpg)$/.test(name)).sort();
		const embed = async (name: string) =>
			[name, await classifier.embedImage(await readFile(join(folder, name)))] as const;
		photos = new Map(await Promise.all(names.map(embed)));
	});
	afterAll(() => classifier.close());

	it("a made-up word is learned from one photo, and the others keep their answers", async () => {
		const set = await classifier.labelSet([{ text: "flower" }, { text: "coffee" }, { text: "zorblax" }]);
		const photo = (name: string) => photos.get(name) ?? new Float32Array();
		const example = { embedding: photo("chelsea.png"), labels: ["zorblax"] };
		const answer = async (name: string, labelSet: LabelSet) =>
			(await classifier.classify(photo(name), labelSet)).scores[0];
		const taught = teach(set, [example, { embedding: photo("flower.jpg"), labels: ["flower"] }], classifier.scoring);
		expect((await answer("chelsea.png", taught))?.label.text).toBe("zorblax");
		expect(await answer("chelsea.png", taught)).toMatchObject({ source: "learned", examples: 1 });
		expect((await answer("coffee.png", taught))?.label.text).toBe("coffee");
		expect((await answer("flower.jpg", taught))?.label.text).toBe("flower");
	});
});
