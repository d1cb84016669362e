/** What a front loads at its start: neither model nor pictures nor an embedded database, which a function has no room for. */
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../src/package-root.ts";

/** What takes events in, answers what needs no model, and hands on the rest. */
const front = [
	"src/handle/receive.ts",
	"src/handle/complete.ts",
	"src/handle/forms.ts",
	"commands/catalogue.ts",
	"src/jobs/bullmq-sink.ts",
	"src/store/postgres-store.ts",
	"src/services/front.ts",
	"src/http/front.ts",
	"src/http/gateway.ts",
	"src/http/discord.ts",
];

/** Packages, with what belongs to them, and files of our own. */
const heavy = [
	/^(onnxruntime-node|sharp|@resvg|vega|vega-lite|@electric-sql|piscina|@huggingface)(\/|$)/,
	/^src\/(store\/embedded-|charts\/font|images\/decode|classifier|model\/encoder)/,
];

/** What loads with these files: all that they import, and what that imports, but for `import()` inside functions. */
async function loadedWith(files: readonly string[]): Promise<Set<string>> {
	const { metafile } = await build({
		stdin: { contents: files.map((file) => `import "./${file}";`).join("\n"), resolveDir: packageRoot },
		absWorkingDir: packageRoot,
		bundle: true,
		packages: "external",
		platform: "node",
		format: "esm",
		write: false,
		metafile: true,
	});
	const reached = new Set(["<stdin>"]);
	for (const file of reached) {
		for (const { path, kind } of metafile.inputs[file]?.imports ?? []) if (kind !== "dynamic-import") reached.add(path);
	}
	return reached;
}

const heavyWith = async (...files: string[]) =>
	[...(await loadedWith(files))].filter((path) => heavy.some((pattern) => pattern.test(path)));

describe("a front", () => {
	test.each(front)("%s loads nothing heavy", async (file) => {
		expect(await heavyWith(file)).toEqual([]);
	});

	test("reaches its own packages, so that what is reached is looked at", async () => {
		const reached = await loadedWith(front);
		for (const expected of ["pg", "bullmq", "zod", "src/handle/read-image.ts", "commands/stats.ts"]) {
			expect(reached).toContain(expected);
		}
	});

	test("what a worker loads is found to be heavy, through however many files", async () => {
		expect(await heavyWith("src/services/with-model.ts")).toEqual(
			expect.arrayContaining(["sharp", "onnxruntime-node", "piscina", "src/classifier.ts"]),
		);
		expect(await heavyWith("src/services/embedded.ts")).toContain("@electric-sql/pglite");
	});
});
