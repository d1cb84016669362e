/** Multinomial logistic regression by TensorFlow.js: what a library makes of the same examples without the texts. */
import "@tensorflow/tfjs-backend-cpu";
import * as tf from "@tensorflow/tfjs-core";
import { layers, regularizers, sequential } from "@tensorflow/tfjs-layers";
import type { CachedExample } from "../src/study/tip-adapter.ts";

/** Inverse strength of the L2 penalty, as scikit-learn means it: Σ cross-entropy + |W|² / 2C. Its default, too. */
const C = 1;
const steps = 150;
const learningRate = 0.1;

// Its advice to install another backend is no part of the bench's output.
tf.enableProdMode();

/** @returns k × dim weights, row-major, and k offsets */
export async function logisticRegression(examples: readonly CachedExample[], labels: number) {
	const dim = examples[0]?.embedding.length ?? 0;
	const dense = layers.dense({
		units: labels,
		inputShape: [dim],
		activation: "softmax",
		kernelInitializer: "zeros",
		kernelRegularizer: regularizers.l2({ l2: 1 / (2 * C * examples.length) }),
	});
	const model = sequential({ layers: [dense] });
	model.compile({ optimizer: tf.train.adam(learningRate), loss: "categoricalCrossentropy" });
	const images = tf.tensor2d(
		examples.map(({ embedding }) => [...embedding]),
		[examples.length, dim],
	);
	const indices = tf.tensor1d(
		examples.map(({ label }) => label),
		"int32",
	);
	const targets = tf.oneHot(indices, labels);
	for (let step = 0; step < steps; step++) await model.trainOnBatch(images, targets);
	const [kernel, bias] = model.getWeights().map((tensor) => tensor.dataSync());
	for (const tensor of [images, indices, targets]) tensor.dispose();
	model.dispose();
	const weights = Float32Array.from({ length: labels * dim }, (_, at) => {
		return kernel?.[(at % dim) * labels + Math.floor(at / dim)] ?? 0;
	});
	return { weights: { rows: labels, dim, data: weights }, offsets: Float64Array.from(bias ?? []) };
}
