/** Names the blocks of an answer, so that a block that stays through a change of the answer keeps its place on the page. */
import type { KeptBlock } from "../../view.ts";

/** A block that stands for an image is known by it, any other by its kind and how many of the kind stand before it. */
export function keyed(blocks: KeptBlock[]): { block: KeptBlock; key: string }[] {
	const seen = new Map<string, number>();
	return blocks.map((block) => {
		const name = block.kind === "scores" ? `scores ${block.image ?? ""}` : block.kind;
		const nth = seen.get(name) ?? 0;
		seen.set(name, nth + 1);
		return { block, key: `${name} ${nth}` };
	});
}
