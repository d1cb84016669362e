/** Draws the bot's answers, block by block. */
import type { ComponentChildren } from "preact";
import type { KeptBlock, KeptView } from "../../view.ts";
import { downloadUrl, fileUrl } from "./api.ts";
import { keyed } from "./block-keys.ts";
import { Controls } from "./controls.tsx";
import { Gallery } from "./gallery.tsx";
import { AlertIcon, DownloadIcon, FileIcon } from "./icons.tsx";
import { Picture } from "./picture.tsx";
import { MessageId } from "./place.ts";
import { Rich } from "./rich.tsx";
import { Scores } from "./scores.tsx";
import { lightbox } from "./state.ts";
import { bytes } from "./wording.ts";

/** @param message the id of the message it stands in */
export function ViewBlocks({ view, message }: { view: KeptView; message: string }) {
	return (
		<MessageId.Provider value={message}>
			<Blocks blocks={view.blocks} />
		</MessageId.Provider>
	);
}

type Keyed = ReturnType<typeof keyed>[number];

/** Scores and errors of several pictures stand side by side where there is room. */
function Blocks({ blocks }: { blocks: KeptBlock[] }) {
	const groups: [Keyed, ...Keyed[]][] = [];
	for (const each of keyed(blocks)) {
		const last = groups.at(-1);
		if (last && isPerImage(last[0].block) && isPerImage(each.block)) last.push(each);
		else groups.push([each]);
	}
	return (
		<>
			{groups.map((group) =>
				group.length > 1 ? (
					<div class="view-grid" key={group[0].key}>
						{group.map(({ block, key }) => (
							<BlockView block={block} key={key} />
						))}
					</div>
				) : (
					<BlockView block={group[0].block} key={group[0].key} />
				),
			)}
		</>
	);
}

function isPerImage(block: KeptBlock): boolean {
	return block.kind === "scores" || (block.kind === "error" && block.title !== undefined);
}

function BlockView({ block }: { block: KeptBlock }): ComponentChildren {
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
		case "controls":
			return <Controls controls={block.controls} />;
		case "gallery":
			return <Gallery items={block.items} />;
		case "picture": {
			const { file: id, name, alt } = block;
			return (
				<div class="view-picture">
					<Picture
						key={id}
						src={fileUrl(id)}
						name={name}
						alt={alt}
						onEnlarge={() => {
							lightbox.value = { pictures: [{ id, name, alt }], index: 0 };
						}}
					/>
				</div>
			);
		}
		case "file":
			return (
				<a class="file-card" href={downloadUrl(block.file)} download={block.name}>
					<FileIcon size={24} />
					<span class="file-name">{block.name}</span>
					<span class="file-size">{bytes(block.size)}</span>
					<DownloadIcon size={18} />
					<span class="sr-only">, download</span>
				</a>
			);
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
