/** Score bars of one image under its verdict: the winner stands out, "none of these" looks different from every label. */
import type { Block, ScoreRow } from "../../view.ts";
import { fileUrl } from "./api.ts";
import { Controls } from "./controls.tsx";
import { NoneIcon } from "./icons.tsx";
import { Rich } from "./rich.tsx";
import { percent } from "./wording.ts";

export function Scores({ block }: { block: Extract<Block, { kind: "scores" }> }) {
	const best = block.rows[0]?.probability ?? 0;
	const noneWins = block.none > best;
	const none = <NoneRow probability={block.none} wins={noneWins} />;
	return (
		<div class="scores">
			{(block.title || block.headline) && <Heading block={block} />}
			<ol>
				{noneWins && none}
				{block.rows.map((row, index) => (
					<LabelRow row={row} wins={!noneWins && index === 0} key={row.label} />
				))}
				{block.more > 0 && <li class="score-more">and {block.more.toLocaleString()} more</li>}
				{!noneWins && none}
			</ol>
			{block.note && (
				<p class="view-note">
					<Rich text={block.note} />
				</p>
			)}
			{block.votes && (
				<p class="votes">
					<Rich text={block.votes} />
				</p>
			)}
			{block.controls && block.controls.length > 0 && <Controls controls={block.controls} />}
		</div>
	);
}

/** Which image it is, and what it shows. */
function Heading({ block: { image, title, headline } }: { block: Extract<Block, { kind: "scores" }> }) {
	return (
		<div class="scores-heading">
			{image && <img src={fileUrl(image)} alt="" loading="lazy" />}
			<div>
				{title && (
					<p class="view-title">
						<Rich text={title} />
					</p>
				)}
				{headline && (
					<p class="headline">
						<Rich text={headline} />
					</p>
				)}
			</div>
		</div>
	);
}

function LabelRow({ row, wins }: { row: ScoreRow; wins: boolean }) {
	return (
		<li class={`score ${wins ? "wins" : ""}`}>
			<span class="score-label">
				{row.emoji && <span class="emoji">{row.emoji} </span>}
				{row.label}
			</span>
			<Bar probability={row.probability} />
		</li>
	);
}

function NoneRow({ probability, wins }: { probability: number; wins: boolean }) {
	return (
		<li class={`score none ${wins ? "wins" : ""}`}>
			<span class="score-label">
				<NoneIcon size={15} /> none of these
			</span>
			<Bar probability={probability} />
		</li>
	);
}

function Bar({ probability }: { probability: number }) {
	return (
		<>
			<span class="score-bar" aria-hidden="true">
				<span style={{ "--share": String(probability) }} />
			</span>
			<span class="score-percent">{percent(probability)}</span>
		</>
	);
}
