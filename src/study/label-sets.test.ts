import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { missingFolders, readLabelSets } from "./label-sets.ts";

async function file(content: string): Promise<string> {
	const path = join(await mkdtemp(join(tmpdir(), "tagalong-sets-")), "sets.json");
	await writeFile(path, content);
	return path;
}

it("reads sets, their labels and which folder has which label", async () => {
	const [pets, home] = await readLabelSets(
		await file('{"pets": {"cat": ["tabby", "lynx"], "dog": ["collie"], "train": []}, "home": {"cup": ["mug"]}}'),
	);
	expect(pets?.labels.map(({ text }) => text)).toEqual(["cat", "dog", "train"]);
	expect(pets?.labelOf.get("collie")).toBe(1);
	expect(pets?.labelOf.get("mug")).toBeUndefined();
	expect(missingFolders(pets && home ? [pets, home] : [], ["tabby", "collie", "mug", "other"])).toEqual(["lynx"]);
});

it.each([
	["{", "it is not JSON"],
	["[]", "it is no object"],
	["{}", "it names no set"],
	['{"pets": {}}', "the set “pets” has no labels"],
	['{"pets": {"cat": "tabby"}}', "“pets → cat” is not what it should be"],
	['{"pets": {"cat": ["lynx"], "dog": ["lynx"]}}', "in the set “pets” the folder “lynx” stands under two labels"],
])("refuses %s in words", async (content, why) => {
	await expect(readLabelSets(await file(content))).rejects.toThrow(`can't be used: ${why}.`);
});

it("refuses a file that isn't there", async () => {
	await expect(readLabelSets("nowhere.json")).rejects.toThrow("nowhere.json can't be used: it can't be opened.");
});
