#!/usr/bin/env node
/**
 * Starts the program with a pool of threads that has room for as many images as are decoded at once, and for files and names
 * of hosts beside them. CommonJS, because Node reads ES modules in that very pool: when the first of them runs, the pool has
 * its size already.
 */
{
	const { statSync } = process.getBuiltinModule("node:fs");
	const { availableParallelism } = process.getBuiltinModule("node:os");
	const BESIDE_IMAGES = 4;
	try {
		if (statSync(".env", { throwIfNoEntry: false })?.isFile()) process.loadEnvFile(".env");
	} catch {
		// The program itself reads it once more, and says in words what is wrong with it.
	}
	// What is no number is refused by the program, in words.
	const decoding = Number(process.env.TAGALONG_DECODE_THREADS) || availableParallelism();
	process.env.UV_THREADPOOL_SIZE ||= String(decoding + BESIDE_IMAGES);
}
void import("./main.ts");
