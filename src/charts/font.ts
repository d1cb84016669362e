/**
 * What charts are written in: DejaVu Sans, out of a package, so that a picture is the same on every host. Its tables say
 * which characters it has, and how wide a text is.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export const fontFamily = "DejaVu Sans";
const folder = "dejavu-fonts-ttf/ttf";
const { resolve } = createRequire(import.meta.url);
/** Regular and bold: all that a chart's text is set in. */
export const fontFiles = [resolve(`${folder}/DejaVuSans.ttf`), resolve(`${folder}/DejaVuSans-Bold.ttf`)] as const;

export interface Font {
	/** Whether every character of the text has a glyph. */
	has(text: string): boolean;
	/** Width in em, without kerning. */
	widthOf(text: string): number;
}

let regular: Font | undefined;
let bold: Font | undefined;
/** Read when first asked for. */
export const fonts = {
	get regular() {
		regular ??= openFont(readFileSync(fontFiles[0]));
		return regular;
	},
	get bold() {
		bold ??= openFont(readFileSync(fontFiles[1]));
		return bold;
	},
};

/**
 * Reads a TrueType font's character map (`cmap` format 12) and advance widths (`hmtx`), as laid down in
 * https://learn.microsoft.com/typography/opentype/spec/cmap and …/hmtx.
 * @throws RangeError if the font has no such map
 */
export function openFont(bytes: Uint8Array): Font {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const tables = new Map<string, number>();
	for (let i = 0; i < view.getUint16(4); i++) {
		const record = 12 + 16 * i;
		tables.set(String.fromCharCode(...bytes.subarray(record, record + 4)), view.getUint32(record + 8));
	}
	const table = (name: string) => {
		const offset = tables.get(name);
		if (offset === undefined) throw new RangeError(`The font has no table ${name}.`);
		return offset;
	};
	const groups = characterGroups(view, table("cmap"));
	const unitsPerEm = view.getUint16(table("head") + 18);
	const widths = view.getUint16(table("hhea") + 34);
	const hmtx = table("hmtx");

	const glyphOf = (character: string) => {
		const code = character.codePointAt(0) ?? 0;
		const group = groups.find(({ first, last }) => code >= first && code <= last);
		return group ? group.glyph + code - group.first : 0;
	};
	/** Glyphs after the last width share it. */
	const advance = (glyph: number) => view.getUint16(hmtx + 4 * Math.min(glyph, widths - 1)) / unitsPerEm;
	return {
		has: (text) => [...text].every((character) => glyphOf(character) !== 0),
		widthOf: (text) => [...text].reduce((width, character) => width + advance(glyphOf(character)), 0),
	};
}

/** Runs of characters whose glyphs follow each other. */
function characterGroups(view: DataView, cmap: number): { first: number; last: number; glyph: number }[] {
	for (let i = 0; i < view.getUint16(cmap + 2); i++) {
		const map = cmap + view.getUint32(cmap + 4 + 8 * i + 4);
		if (view.getUint16(map) !== 12) continue;
		return Array.from({ length: view.getUint32(map + 12) }, (_, index) => {
			const group = map + 16 + 12 * index;
			return {
				first: view.getUint32(group),
				last: view.getUint32(group + 4),
				glyph: view.getUint32(group + 8),
			};
		});
	}
	throw new RangeError("The font has no character map of format 12.");
}
