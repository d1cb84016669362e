/** Bars: how many of each, with the figure at the end of each bar. */
import type { TopLevelSpec } from "vega-lite";
import { fonts } from "./font.ts";
import { CHART_WIDTH } from "./picture.ts";

export interface Bars {
	title: string;
	subtitle?: string;
	/** From the top; names (`chartNames`), each once. */
	rows: readonly { name: string; value: number }[];
}

const ROW_HEIGHT = 30;
const NAME_SIZE = 14;
const NAME_LIMIT = 180;

export function bars({ title, subtitle, rows }: Bars): TopLevelSpec {
	const values = rows.map(({ name, value }) => ({ name, value, figure: value.toLocaleString("en") }));
	const widest = (texts: string[]) => NAME_SIZE * Math.max(0, ...texts.map((text) => fonts.regular.widthOf(text)));
	const names = Math.min(NAME_LIMIT, widest(values.map(({ name }) => name)));
	const width = CHART_WIDTH - names - widest(values.map(({ figure }) => figure)) - 20;
	const y = { field: "name", type: "nominal", sort: rows.map(({ name }) => name), title: null } as const;
	return {
		title: { text: title, ...(subtitle && { subtitle }) },
		width,
		height: ROW_HEIGHT * rows.length,
		data: { values },
		encoding: {
			y: { ...y, axis: { labelLimit: NAME_LIMIT, ticks: false, domain: false, labelPadding: 8 } },
			x: {
				field: "value",
				type: "quantitative",
				axis: null,
				scale: { domain: [0, Math.max(1, ...rows.map(({ value }) => value))], nice: false },
			},
		},
		layer: [
			{ mark: { type: "bar", height: 20, cornerRadiusEnd: 3, color: "#0072b2" } },
			{ mark: { type: "text", align: "left", dx: 6 }, encoding: { text: { field: "figure" } } },
		],
	};
}
