/** Draws a chart: from its specification to a PNG, with nothing fetched and no font of the host. */
import type { Loader } from "vega";
import type { Config, TopLevelSpec } from "vega-lite";
import { fontFamily, fontFiles, fonts } from "./font.ts";

/** Vega's own hook for measuring text, which its types leave out. */
declare module "vega" {
	export const textMetrics: {
		width: (item: { fontSize?: number; fontWeight?: string | number; limit?: number }, text: unknown) => number;
	};
}

/** What a chart should be wide, in a specification's units, margins left out: with a scale of 2 it fills a phone. */
export const CHART_WIDTH = 460;

export interface PictureOptions {
	/** Pixels of the picture a unit of the specification; default 2, so that 480 units stay sharp on a phone. */
	scale?: number;
}

/** Darker than the default greys, and type that is still read when 480 units are as wide as a phone. */
const ink = "#1f2933";
const theme: Config = {
	background: "#ffffff",
	font: fontFamily,
	padding: 12,
	title: {
		fontSize: 17,
		fontWeight: "bold",
		color: ink,
		subtitleFontSize: 14,
		subtitleColor: "#52606d",
		subtitlePadding: 6,
		anchor: "start",
		frame: "bounds",
		limit: CHART_WIDTH,
		offset: 12,
	},
	axis: {
		labelFontSize: 14,
		titleFontSize: 14,
		titleFontWeight: "normal",
		labelColor: ink,
		titleColor: ink,
		gridColor: "#e4e7eb",
		domainColor: "#9aa5b1",
		tickColor: "#9aa5b1",
	},
	legend: { labelFontSize: 14, titleFontSize: 14, labelColor: ink, titleColor: ink, symbolStrokeWidth: 3 },
	text: { fontSize: 14, color: ink },
	view: { stroke: null },
	// Okabe and Ito's palette, told apart by people of every colour vision; without its yellow, too pale on white.
	range: { category: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", ink] },
};

/**
 * @param spec a Vega-Lite specification with its data in it, as wide as a phone: 480 units
 * @returns a PNG with a white background
 * @throws if the specification can't be drawn, or names data by an address
 */
export async function chartToPng(spec: TopLevelSpec, { scale = 2 }: PictureOptions = {}): Promise<Uint8Array> {
	const { compile, parse, View, renderAsync } = await drawing();
	const asked: string[] = [];
	const view = new View(parse(compile(spec, { config: theme }).spec), { renderer: "none", loader: refusing(asked) });
	try {
		const svg = await view.toSVG();
		// Vega goes on without what it couldn't load, and would draw an empty chart.
		if (asked.length > 0) throw new Error(`A chart brings its data with it; this one asks for ${asked.join(", ")}.`);
		const picture = await renderAsync(svg, {
			font: { loadSystemFonts: false, fontFiles: [...fontFiles], defaultFontFamily: fontFamily },
			fitTo: { mode: "zoom", value: scale },
		});
		return picture.asPng();
	} finally {
		view.finalize();
	}
}

/** A loader that loads nothing, and notes what it was asked for. */
function refusing(asked: string[]): Loader {
	const refuse = async (address: string): Promise<never> => {
		asked.push(address);
		throw new Error("Charts fetch nothing.");
	};
	return { load: refuse, sanitize: refuse, http: refuse, file: refuse };
}

/** Loaded with the first chart: Vega would slow every start. */
let loaded: ReturnType<typeof load> | undefined;
function drawing() {
	loaded ??= load();
	return loaded;
}

async function load() {
	const [{ compile }, { parse, View, textMetrics }, { renderAsync }] = await Promise.all([
		import("vega-lite"),
		import("vega"),
		import("@resvg/resvg-js"),
	]);
	// Without a canvas Vega guesses 0.8 em a character, and cuts labels that would have fitted.
	textMetrics.width = ({ fontSize = 11, fontWeight, limit }, text) => {
		const font = fontWeight === "bold" ? fonts.bold : fonts.regular;
		return Math.min(fontSize * font.widthOf(String(text ?? "").trim()), limit || Number.POSITIVE_INFINITY);
	};
	return { compile, parse, View, renderAsync };
}
