import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../src/package-root.ts";

/** Lints files that each import one module, under the project's own rules. @returns the paths that were refused */
function refused(imports: Record<string, string>): string[] {
	const folder = mkdtempSync(join(tmpdir(), "tagalong-structure-"));
	const config = JSON.parse(readFileSync(join(packageRoot, "biome.json"), "utf8"));
	writeFileSync(join(folder, "biome.json"), JSON.stringify({ ...config, vcs: undefined, $schema: undefined }));
	for (const [path, from] of Object.entries(imports)) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), `import { x } from "${from}";\n\nexport const y = x;\n`);
	}
	const biome = join(packageRoot, "node_modules", ".bin", "biome");
	const { stdout } = spawnSync(biome, ["lint", "--reporter=json", "."], { cwd: folder, encoding: "utf8" });
	const report: { diagnostics: { category: string; location: { path: string } }[] } = JSON.parse(stdout);
	const ofImports = report.diagnostics.filter(({ category }) => category === "lint/style/noRestrictedImports");
	return ofImports.map(({ location }) => location.path.replace(/^\.\//, "")).sort();
}

test("imports against the direction of docs/design.md section 3 are refused", () => {
	const against = {
		"src/classify/a.ts": "../store/store.ts",
		"src/classify/b.ts": "node:fs",
		"src/classify/c.ts": "../model/encoder.ts",
		"src/handle/a.ts": "../chat/discord/gateway.ts",
		"commands/a.ts": "../src/chat/local/server.ts",
		"commands/b.ts": "../src/cli/main.ts",
		"src/store/a.ts": "../handle/handle.ts",
		"src/model/a.ts": "../../commands/classify.ts",
		"src/chat/slack/a.ts": "../../http/app.ts",
	};
	expect(refused(against)).toEqual(Object.keys(against).sort());
});

test("imports along the direction are fine", () => {
	expect(
		refused({
			"src/classify/a.ts": "../errors.ts",
			"src/classify/b.ts": "./types.ts",
			"src/handle/a.ts": "../chat/view.ts",
			"src/store/a.ts": "../chat/event.ts",
			"src/chat/local/a.ts": "../../store/store.ts",
			"commands/a.ts": "../src/handle/reply.ts",
		}),
	).toEqual([]);
});
