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

/**
 * Rooms whose test files share processes: a process for each would spend a third of its time on importing the same packages
 * and loading the same model. Where servers, programs and connections are tested, each file has a process of its own.
 */
const sharing = ["src/classify", "src/model", "src/handle", "src/study", "src/charts", "commands"].map(
	(folder) => `${folder}/**/*.test.ts`,
);

export default defineConfig({
	test: {
		pool: "forks",
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
					include: ["src", "infra", "test"].map((folder) => `${folder}/**/*.test.ts`),
					exclude: [...configDefaults.exclude, ...sharing],
				},
			},
			{
				extends: true,
				test: { name: "sharing", include: sharing, isolate: false },
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
