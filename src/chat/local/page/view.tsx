/** Draws the bot's answers. Everything goes in as text nodes, so nothing anyone typed can be more than text. */
import type { Block, RichText, View } from "../../view.ts";
import { AlertIcon } from "./icons.tsx";
import { Scores } from "./scores.tsx";

export function ViewBlocks({ view }: { view: View }) {
	return <Blocks blocks={view.blocks} />;
}

export function Rich({ text }: { text: RichText }) {
	return (
		<>
			{text.map((span) => {
				if (typeof span === "string") return span;
				if ("strong" in span) return <strong>{span.strong}</strong>;
				if ("code" in span) return <code>{span.code}</code>;
				return <span class="emoji">{span.emoji}</span>;
			})}
		</>
	);
}

/** Scores and errors of several pictures stand side by side where there is room. */
function Blocks({ blocks }: { blocks: Block[] }) {
	const groups: Block[][] = [];
	for (const block of blocks) {
		const last = groups.at(-1);
		if (last?.[0] && isPerImage(last[0]) && isPerImage(block)) last.push(block);
		else groups.push([block]);
	}
	return (
		<>
			{groups.map((group, index) =>
				group.length > 1 ? (
					<div class="view-grid" key={index}>
						{group.map((block, number) => (
							<BlockView block={block} key={number} />
						))}
					</div>
				) : (
					group[0] && <BlockView block={group[0]} key={index} />
				),
			)}
		</>
	);
}

function isPerImage(block: Block): boolean {
	return block.kind === "scores" || (block.kind === "error" && block.title !== undefined);
}

function BlockView({ block }: { block: Block }) {
	switch (block.kind) {
		case "text":
			return (
				<p class="view-text">
					<Rich text={block.text} />
				</p>
			);
		case "note":
			return (
				<p class="view-note">
					<Rich text={block.text} />
				</p>
			);
		case "scores":
			return <Scores block={block} />;
		case "error":
			return (
				<div class="view-error">
					<AlertIcon size={18} />
					<div>
						{block.title && (
							<p class="view-title">
								<Rich text={block.title} />
							</p>
						)}
						<p>
							<Rich text={block.text} />
						</p>
					</div>
				</div>
			);
		case "table":
			return <Table head={block.head} rows={block.rows} />;
		case "details":
			return (
				<details class="view-details">
					<summary>{block.summary}</summary>
					<div class="view-details-body">
						<Blocks blocks={block.blocks} />
					</div>
				</details>
			);
	}
}

function Table({ head, rows }: { head: string[]; rows: string[][] }) {
	return (
		// Focusable, since a wide table scrolls and the keyboard must reach that.
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to take focus
		<section class="view-table" aria-label="Table" tabIndex={0}>
			<table>
				<thead>
					<tr>
						{head.map((cell, index) => (
							<th scope="col" key={index}>
								{cell}
							</th>
						))}
					</tr>
				</thead>
				<tbody>
					{rows.map((row, number) => (
						<tr key={number}>
							{row.map((cell, index) => (
								<td key={index}>{cell}</td>
							))}
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}
