/** Whether a model can run on an NVIDIA GPU here, and if not, why: in words, with what to do. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** What of a machine decides it. */
export interface Machine {
	platform: string;
	arch: string;
	/** ONNX Runtime's CUDA library, where it is or would be. */
	provider: string;
	hasProvider: boolean;
	/** Whether an NVIDIA GPU is to be seen; a container sees none unless it was given one. */
	hasGpu: boolean;
}

/** onnxruntime-node loads its CUDA library from beside its own binding, if its install script has put it there. */
export function thisMachine(): Machine {
	const { platform, arch } = process;
	const entry = createRequire(import.meta.url).resolve("onnxruntime-node");
	const folder = join(dirname(entry), "..", "bin", "napi-v6", platform, arch);
	const provider = join(folder, "libonnxruntime_providers_cuda.so");
	// The driver's own device, or Windows' where Linux runs in it.
	const hasGpu = existsSync("/dev/nvidiactl") || existsSync("/dev/dxg");
	return { platform, arch, provider, hasProvider: existsSync(provider), hasGpu };
}

/** What stands against CUDA before it is tried; undefined if nothing does. */
export function cudaObstacle({ platform, arch, hasProvider, hasGpu }: Machine): string | undefined {
	if (platform !== "linux" || arch !== "x64") {
		return `onnxruntime-node has CUDA for Linux on x64 only, and this is ${platform} on ${arch}`;
	}
	if (!hasProvider) {
		return "onnxruntime-node's CUDA library isn't installed: run `ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install`";
	}
	if (!hasGpu) {
		return "no NVIDIA GPU is to be seen here: install NVIDIA's driver, or give the container its GPU (`docker run --gpus all`)";
	}
	return undefined;
}

/**
 * Why CUDA failed when it was tried. ONNX Runtime says only that a library can't be loaded; the system's loader says which
 * one is missing.
 * @param error what ONNX Runtime threw, in one line
 */
export function cudaFailure(error: string, { provider }: Pick<Machine, "provider">): string {
	const missing = missingLibrary(provider);
	if (missing === undefined) return error;
	if (missing.startsWith("libcuda.so")) {
		return `${missing} is missing, a part of NVIDIA's driver: install it, or give the container its GPU (\`docker run --gpus all\`)`;
	}
	return `${missing} is missing: install CUDA 12 and cuDNN 9, or use an image such as nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04`;
}

function missingLibrary(provider: string): string | undefined {
	try {
		process.dlopen({ exports: {} }, provider);
	} catch (error) {
		// One that can be loaded is still no module of Node's; that it says too, in other words.
		return /(\S+): cannot open shared object file/.exec(error instanceof Error ? error.message : "")?.[1];
	}
	return undefined;
}
