import { expect, it } from "vitest";
import type { KeptBlock } from "../../view.ts";
import { keyed } from "./block-keys.ts";

const scores = (image?: string): KeptBlock => ({ kind: "scores", ...(image && { image }), rows: [], none: 0, more: 0 });
const note = (words: string): KeptBlock => ({ kind: "note", text: [words] });
const keys = (...blocks: KeptBlock[]) => keyed(blocks).map(({ key }) => key);

it("each block has a key of its own, which stays when others come or go", () => {
	const before = keys(scores("a"), scores("b"), note("first"), { kind: "controls", controls: [] });
	expect(new Set(before).size).toBe(4);
	const after = keys({ kind: "text", text: ["New"] }, scores("b"), note("first"), { kind: "controls", controls: [] });
	expect(after.slice(1)).toEqual(before.slice(1));
	expect(new Set(keys(scores(), scores(), note("a"), note("b"))).size).toBe(4);
});
