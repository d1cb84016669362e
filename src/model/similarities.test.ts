import { expect, test } from "vitest";
import { cosines, toMatrix } from "../classify/matrix.ts";
import { openSimilarities } from "./similarities.ts";

const vector = (seed: number, dim: number) => Float32Array.from({ length: dim }, (_, i) => Math.sin(seed * 31 + i * 7));

test("the cosines are those of the loop", async () => {
	const matrix = toMatrix(Array.from({ length: 37 }, (_, row) => vector(row, 20)));
	const similarities = await openSimilarities(matrix);
	for (const image of [vector(100, 20), vector(200, 20)]) {
		const fast = await similarities(image);
		expect(fast).toHaveLength(37);
		for (const [row, slow] of cosines(image, matrix).entries()) expect(fast[row]).toBeCloseTo(slow, 4);
	}
});

test("what isn't a number never becomes a score", async () => {
	const similarities = await openSimilarities(toMatrix([vector(1, 4)]));
	await expect(similarities(Float32Array.of(1, Number.NaN, 0, 0))).rejects.toThrow("A cosine is not finite.");
});

test("an image of another length is refused", async () => {
	const similarities = await openSimilarities(toMatrix([vector(1, 4)]));
	await expect(similarities(vector(1, 5))).rejects.toThrow();
});
