/** Tables, which Discord's markdown doesn't have: aligned in a code block where a phone is wide enough, else row by row. */
import { fitted } from "./cut.ts";
import { plain } from "./escape.ts";

/** Letters of equal width that a phone shows in a line of a code block. */
const PHONE_WIDTH = 34;
/** Letters that are all as wide as each other in a code block; CJK and emoji aren't. */
const evenlyWide = /^[\x20-\x5F\x61-\x7E\u00A0-\u024F–—‘’“”…·−×]*$/;
const figure = /^[<>]?[\d.,]+(?: ?%| of [\d.,]+)?$/;
const GAP = 2;
/** UTF-16 units of a row that stands as text. */
const LONGEST_ROW = 300;

export interface Lines {
	before: string;
	/** One a row. */
	rows: string[];
	after: string;
}

/** The lines of a table; `before` and `after` hold them together and may be empty. */
export function tableLines(head: readonly string[], rows: readonly (readonly string[])[]): Lines {
	const cells = rows.map((row) => row.map(plain));
	return aligned(head.map(plain), cells) ?? rowByRow(head, rows);
}

function aligned(head: readonly string[], rows: readonly (readonly string[])[]): Lines | undefined {
	const all = [head, ...rows];
	if (!all.flat().every((cell) => evenlyWide.test(cell))) return undefined;
	const columns = Math.max(...all.map((row) => row.length));
	const indexes = Array.from({ length: columns }, (_, column) => column);
	const widths = indexes.map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
	if (widths.reduce((sum, width) => sum + width, 0) + GAP * (columns - 1) > PHONE_WIDTH) return undefined;
	const figures = indexes.map((column) => rows.length > 0 && rows.every((row) => figure.test(row[column] ?? "")));
	const line = (row: readonly string[]) =>
		indexes
			.map((column) => {
				const cell = row[column] ?? "";
				return figures[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
			})
			.join(" ".repeat(GAP))
			.trimEnd();
	const heading = line(head);
	return { before: heading ? `\`\`\`\n${heading}\n` : "```\n", rows: rows.map(line), after: "```" };
}

/** `**a photo of a bird** · 92 % · 1`, under what its parts are. */
function rowByRow(head: readonly string[], rows: readonly (readonly string[])[]): Lines {
	const named = head.filter((name) => name.trim() !== "");
	const line = ([first = "", ...rest]: readonly string[]) => {
		const others = rest.filter((cell) => cell.trim() !== "").map((cell) => ` · ${cell}`);
		return fitted([{ strong: first }, ...others], LONGEST_ROW);
	};
	const heading = named.length > 1 ? `-# ${fitted([named.join(" · ")], LONGEST_ROW)}\n` : "";
	return { before: heading, rows: rows.map(line), after: "" };
}
