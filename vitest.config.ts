import { availableParallelism } from "node:os";
import { configDefaults, defineConfig } from "vitest/config";

/** The same tests of the store, on the two databases that it runs on. What is PGlite's or nobody's alone runs once. */
const ofOneDatabase = [
	"embedded-postgres",
	"embedded-store",
	"empty-store",
	"folder-lock",
	"migrations",
	"postgres",
	"sealed",
	"silent-connections",
];

export default defineConfig({
	test: {
		pool: "forks",
		// A process for each file would spend a third of the time on importing the same packages and loading the same model.
		isolate: false,
		setupFiles: "test/support/tidy-after-file.ts",
		// More than cores where there are two: much of a file's time is spent waiting for servers to start, and to be missed.
		maxWorkers: Math.max(3, availableParallelism() - 1),
		testTimeout: 30_000,
		hookTimeout: 60_000,
		projects: [
			{
				extends: true,
				test: {
					name: "tagalong",
					include: ["src", "commands", "infra", "test"].map((folder) => `${folder}/**/*.test.ts`),
				},
			},
			{
				extends: true,
				test: {
					name: "postgres",
					include: ["src/store/*.test.ts"],
					exclude: [...configDefaults.exclude, ...ofOneDatabase.map((name) => `src/store/${name}.test.ts`)],
					globalSetup: "test/support/postgres-once.ts",
					setupFiles: "test/support/postgres-or-skip.ts",
				},
			},
		],
	},
});
