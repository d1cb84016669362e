import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { cudaFailure, cudaObstacle, type Machine } from "./cuda.ts";

const ready: Machine = { platform: "linux", arch: "x64", provider: "cuda.so", hasProvider: true, hasGpu: true };

describe("CUDA", () => {
	test("is tried where the library and a GPU are", () => {
		expect(cudaObstacle(ready)).toBeUndefined();
	});

	test.each([
		[{ platform: "darwin", arch: "arm64" }, "for Linux on x64 only, and this is darwin on arm64"],
		[{ hasProvider: false, hasGpu: false }, "isn't installed: run `ONNXRUNTIME_NODE_INSTALL=cuda12 node "],
		[{ hasGpu: false }, "no NVIDIA GPU is to be seen here: install NVIDIA's driver, or give the container its GPU"],
	])("isn't tried with %j, and it is said what to do", (machine, words) => {
		const obstacle = cudaObstacle({ ...ready, ...machine });
		expect(obstacle).toContain(words);
		expect(obstacle).not.toContain("\n");
	});
});

describe("what CUDA failed for", () => {
	const thrown = "OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library";

	test("is the library that the system's loader misses", () => {
		expect(cudaFailure(thrown, { provider: "/nowhere/libcublasLt.so.12" })).toMatch(
			/^\S*libcublasLt\.so\.12 is missing: install CUDA 12 and cuDNN 9, or use an image such as nvidia\/cuda:\S+$/,
		);
	});

	test("is what ONNX Runtime says, where the loader has nothing against it", async () => {
		const provider = join(tmpdir(), `tagalong-no-library-${process.pid}.so`);
		await writeFile(provider, "no library");
		expect(cudaFailure("CUDA failure 35: driver too old", { provider })).toBe("CUDA failure 35: driver too old");
	});
});
