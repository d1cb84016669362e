import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { packageRoot } from "../package-root.ts";
import { bars } from "./bars.ts";
import { days } from "./days.ts";
import { heatMap } from "./heat-map.ts";
import { chartToPng } from "./picture.ts";

const wordings = heatMap({
	title: "bird",
	subtitle: "probability in percent",
	rows: ["a photo of a {}.", "{}"],
	columns: ["bird", "cat", "none"],
	values: [
		[0.9, 0.06, 0.04],
		[0.5, 0.3, 0.2],
	],
});
const textOnly = (text: string) => ({
	width: 300,
	height: 40,
	data: { values: [{ text }] },
	mark: { type: "text", fontSize: 30 } as const,
	encoding: { text: { field: "text" } as const },
});
const digest = (png: Uint8Array) => createHash("sha256").update(png).digest("hex");
/** Pixels darker than mid-grey. */
async function darkPixels(png: Uint8Array): Promise<number> {
	const pixels = await sharp(png).flatten().greyscale().raw().toBuffer();
	return pixels.reduce((count, pixel) => count + (pixel < 128 ? 1 : 0), 0);
}

test.each([
	["heat map", wordings],
	["bars", bars({ title: "Images by label", rows: [{ name: "a label of many words and letters", value: 123_456 }] })],
	["days", days({ title: "By day", days: [1, 2, 3].map((n) => ({ day: `2026-01-0${n}`, share: n / 4, of: n })) })],
])("a picture of a %s is a PNG on white, as wide as a phone", async (_, spec) => {
	const png = await chartToPng(spec);
	const { format, width, height } = await sharp(png).metadata();
	expect(format).toBe("png");
	expect(width).toBeGreaterThan(800);
	expect(width).toBeLessThanOrEqual(1000);
	expect(height).toBeGreaterThan(100);
	expect([...(await sharp(png).extract({ left: 0, top: 0, width: 1, height: 1 }).raw().toBuffer())]).toEqual([
		255, 255, 255, 255,
	]);
	expect((await sharp(await chartToPng(spec, { scale: 1 })).metadata()).width).toBe(width / 2);
});

test("other figures are another picture, the same are the same", async () => {
	const picture = (value: number) =>
		chartToPng(heatMap({ title: "", subtitle: "", rows: ["a"], columns: ["b"], values: [[value]] }));
	expect(digest(await picture(0.2))).not.toBe(digest(await picture(0.8)));
	expect(digest(await picture(0.2))).toBe(digest(await picture(0.2)));
});

test("text is drawn", async () => {
	expect(await darkPixels(await chartToPng(textOnly("")))).toBe(0);
	const short = await darkPixels(await chartToPng(textOnly("bird")));
	expect(short).toBeGreaterThan(500);
	expect(await darkPixels(await chartToPng(textOnly("bird bird")))).toBeGreaterThan(1.9 * short);
});

test("what the font lacks is not taken from the host's fonts: two such characters look the same", async () => {
	expect(digest(await chartToPng(textOnly("猫")))).toBe(digest(await chartToPng(textOnly("汽"))));
	expect(digest(await chartToPng(textOnly("б")))).not.toBe(digest(await chartToPng(textOnly("ж"))));
});

test("a host without a single font draws the same picture", async () => {
	const loader = join(packageRoot, "test/support/typescript-loader.mjs");
	const program = `
		const { chartToPng } = await import("./src/charts/picture.ts");
		process.stdout.write(await chartToPng(${JSON.stringify(wordings)}));`;
	const bare = spawnSync(process.execPath, ["--import", loader, "--input-type=module", "--eval", program], {
		cwd: packageRoot,
		env: {
			PATH: process.env.PATH,
			HOME: "/nonexistent",
			FONTCONFIG_FILE: "/dev/null",
			FONTCONFIG_PATH: "/nonexistent",
		},
	});
	expect(bare.stderr.toString()).toBe("");
	expect(digest(bare.stdout)).toBe(digest(await chartToPng(wordings)));
});

test("nothing is fetched: a chart that names its data by an address is refused", async () => {
	const spec = { data: { url: "http://127.0.0.1:9/data.json" }, mark: "bar" as const, encoding: {} };
	await expect(chartToPng(spec)).rejects.toThrow("asks for http://127.0.0.1:9/data.json");
});

test("a name as wide as its room is not cut", async () => {
	const name = "iiiiiiiiiiiiiiiiiiiiiiiiiiiiii";
	const row = (name: string) => chartToPng(bars({ title: "", rows: [{ name, value: 1 }] }));
	expect(digest(await row(`${name}i`))).not.toBe(digest(await row(`${name}ij`)));
});
