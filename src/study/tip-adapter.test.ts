import { describe, expect, it } from "vitest";
import { cosines, toMatrix } from "../classify/matrix.ts";
import { searchTipAdapter, tipAdapter } from "./tip-adapter.ts";

const x = Float32Array.of(1, 0, 0);
const y = Float32Array.of(0, 1, 0);
const z = Float32Array.of(0, 0, 1);
const texts = toMatrix([x, y]);

describe("Tip-Adapter", () => {
	it("is zero-shot with an empty cache", () => {
		const image = Float32Array.of(0.6, 0.8, 0);
		expect(tipAdapter([], texts, 10, { alpha: 1, beta: 1 })(image)).toEqual(
			cosines(image, texts).map((cosine) => 10 * cosine),
		);
	});

	it("adds α · exp(−β(1 − affinity)) to the label of each image in the cache", () => {
		const cache = [
			{ embedding: z, label: 1 },
			{ embedding: x, label: 1 },
		];
		const [first, second] = tipAdapter(cache, texts, 10, { alpha: 2, beta: 3 })(z);
		expect(first).toBe(0);
		expect(second).toBeCloseTo(2 + 2 * Math.exp(-3), 12);
	});

	it("finds α and β that help its own examples, and none where zero-shot is right already", () => {
		// Two kinds of images under one label, neither near its text: only the cache can tell.
		const hard = [z, z, z, z].map((embedding) => ({ embedding, label: 1 }));
		const found = searchTipAdapter([...hard, { embedding: x, label: 0 }], texts, 0.2);
		expect(tipAdapter(hard, texts, 0.2, found)(z).indexOf(Math.max(...tipAdapter(hard, texts, 0.2, found)(z)))).toBe(1);
		const easy = [
			{ embedding: x, label: 0 },
			{ embedding: y, label: 1 },
		];
		expect(searchTipAdapter(easy, texts, 10)).toEqual({ alpha: 0.1, beta: 0.1 });
	});
});
