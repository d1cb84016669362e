/** ONNX Runtime sessions: which device runs them, and a check that a model's inputs and outputs are what we feed and read. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as ort from "onnxruntime-node";
import { UserError } from "../errors.ts";

export type Device = "cpu" | "cuda";

export interface SessionOptions {
	/** `auto`: CUDA where its libraries are installed, otherwise the CPU. */
	device: "auto" | Device;
	/** Processor threads that share one call (default: all cores). */
	intraOpThreads?: number | undefined;
	/** Told in words when CUDA was wanted and the CPU is used instead. */
	onFallback: (why: string) => void;
}

/** onnxruntime-node loads its CUDA provider from beside its own binding, if its install script has put it there. */
function cudaProviderInstalled(): boolean {
	const entry = createRequire(import.meta.url).resolve("onnxruntime-node");
	const folder = join(dirname(entry), "..", "bin", "napi-v6", process.platform, process.arch);
	return existsSync(join(folder, "libonnxruntime_providers_cuda.so"));
}

/**
 * Opens an ONNX file.
 * @throws UserError `model.unreadable` if ONNX Runtime can't load it
 */
export async function openSession(
	path: string,
	options: SessionOptions,
): Promise<{ session: ort.InferenceSession; device: Device }> {
	const common: ort.InferenceSession.SessionOptions = {
		logSeverityLevel: 3,
		...(options.intraOpThreads !== undefined && { intraOpNumThreads: options.intraOpThreads }),
		// ONNX Runtime's threads wait for each other by spinning. Beside decoding, which wants the same cores, that is
		// waste; after 0.1 ms they sleep. Alone, an image takes no longer for it.
		extra: { session: { intra_op: { spin_duration_us: "100" } } },
	};
	if (options.device === "cuda" || (options.device === "auto" && cudaProviderInstalled())) {
		try {
			const session = await ort.InferenceSession.create(path, { ...common, executionProviders: ["cuda", "cpu"] });
			return { session, device: "cuda" };
		} catch (error) {
			options.onFallback(
				`CUDA can't be used (${firstLine(error)}); running on the CPU instead. docs/operators.md says how to enable CUDA.`,
			);
		}
	}
	try {
		return { session: await ort.InferenceSession.create(path, common), device: "cpu" };
	} catch (cause) {
		throw new UserError(
			"model.unreadable",
			`The model file ${path} can't be loaded: ${firstLine(cause)}.`,
			"`tagalong models verify` checks the files.",
			{ cause },
		);
	}
}

function firstLine(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	return message.split("\n")[0]?.replace(/\.$/, "") ?? message;
}

/** The element type of one of a session's inputs, e.g. `int64`. */
export function inputType(session: ort.InferenceSession, name: string): string {
	const meta = session.inputMetadata.find((input) => input.name === name);
	return meta?.isTensor ? meta.type : "unknown";
}

/**
 * Runs a session and gives the rows of one output, each scaled to unit length.
 * @returns `rows` embeddings of the same length
 * @throws UserError `model.output` if the output isn't there, isn't float32 [rows, dim], or holds NaN or infinity
 */
export async function runForEmbeddings(
	session: ort.InferenceSession,
	feeds: Record<string, ort.Tensor>,
	output: string,
	rows: number,
	dim: number,
): Promise<Float32Array[]> {
	const tensor = (await session.run(feeds, [output]))[output];
	if (!tensor || !(tensor.data instanceof Float32Array) || tensor.dims[0] !== rows || tensor.dims.at(-1) !== dim) {
		const shape = tensor ? `${tensor.type} [${tensor.dims.join(", ")}]` : "nothing";
		throw new UserError(
			"model.output",
			`The model's output “${output}” should be float32 [${rows}, ${dim}] and is ${shape}.`,
			"Correct the manifest's output and dim.",
		);
	}
	const data = tensor.data;
	return Array.from({ length: rows }, (_, row) => unit(data.slice(row * dim, (row + 1) * dim)));
}

/** Scales to unit length, in place. */
function unit(vector: Float32Array): Float32Array {
	let sum = 0;
	for (const value of vector) sum += value * value;
	const length = Math.sqrt(sum);
	if (!Number.isFinite(length) || length === 0) {
		throw new UserError(
			"model.output",
			"The model gave numbers that are not finite.",
			"`tagalong models verify` checks the files; on CUDA, try TAGALONG_DEVICE=cpu.",
		);
	}
	for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length;
	return vector;
}
