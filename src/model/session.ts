/** ONNX Runtime sessions: which device runs them, and a check that a model's inputs and outputs are what we feed and read. */
import * as ort from "onnxruntime-node";
import { UserError } from "../errors.ts";
import { cudaFailure, cudaObstacle, thisMachine } from "./cuda.ts";

export type Device = "cpu" | "cuda";

export interface SessionOptions {
	/** `auto`: CUDA where there is a GPU and ONNX Runtime's library for it, otherwise the CPU. */
	device: "auto" | Device;
	/** Processor threads that share one call (default: all cores). */
	intraOpThreads?: number | undefined;
	/** Told in one line when CUDA was wanted and the CPU is used instead: why, and what to do. */
	onFallback: (why: string) => void;
}

/**
 * Opens an ONNX file. Where CUDA can't be used, the processor does the work.
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
	const onGpu = options.device === "cpu" ? undefined : await openOnGpu(path, common, options);
	if (onGpu) return { session: onGpu, device: "cuda" };
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

/** @returns undefined if CUDA can't be used, which is told to those who asked for it, and where there is a GPU to use */
async function openOnGpu(
	path: string,
	common: ort.InferenceSession.SessionOptions,
	{ device, onFallback }: SessionOptions,
): Promise<ort.InferenceSession | undefined> {
	const fallBack = (why: string) => {
		onFallback(`CUDA can't be used (${why}); running on the CPU instead. docs/operators.md has more under “A GPU”.`);
		return undefined;
	};
	const machine = thisMachine();
	const obstacle = cudaObstacle(machine);
	if (obstacle !== undefined) return device === "cuda" ? fallBack(obstacle) : undefined;
	try {
		return await ort.InferenceSession.create(path, { ...common, executionProviders: ["cuda", "cpu"] });
	} catch (error) {
		return fallBack(cudaFailure(firstLine(error), machine));
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
			{ mayHeal: true },
		);
	}
	for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / length;
	return vector;
}
