/** A heat map of probabilities: each cell has its percents in it, so that nothing hangs on the colour alone. */
import type { TopLevelSpec } from "vega-lite";
import { fonts } from "./font.ts";
import { percents } from "./percents.ts";
import { CHART_WIDTH } from "./picture.ts";

export interface HeatMap {
	title: string;
	/** What the figures are. */
	subtitle: string;
	/** Names (`chartNames`), each once, from the top and from the left. */
	rows: readonly string[];
	columns: readonly string[];
	/** `values[row][column]` in [0, 1]. */
	values: readonly (readonly number[])[];
}

const ROW_HEIGHT = 34;
/** Three figures fit. */
const CELL_AT_LEAST = 34;
const NAME_SIZE = 14;
const ROW_NAME_LIMIT = 200;
const COLUMN_NAME_LIMIT = 120;
const SLANT_DEGREES = 40;
/** From here on a cell is dark, and its figure white. */
const DARK = 0.7;

export function heatMap({ title, subtitle, rows, columns, values }: HeatMap): TopLevelSpec {
	const cells = rows.flatMap((row, i) =>
		columns.map((column, j) => {
			const value = values[i]?.[j] ?? 0;
			return { row, column, value, figure: percents(value) };
		}),
	);
	const widthOf = (name: string, limit: number) => Math.min(limit, NAME_SIZE * fonts.regular.widthOf(name));
	const left = Math.max(...rows.map((name) => widthOf(name, ROW_NAME_LIMIT)));
	const room = CHART_WIDTH - left - 10;
	const level = columns.every((name) => widthOf(name, COLUMN_NAME_LIMIT) < room / columns.length - 8);
	// Slanted names lean out over the right edge by what the last of them is wide.
	const lean = widthOf(columns.at(-1) ?? "", COLUMN_NAME_LIMIT) * Math.cos((SLANT_DEGREES * Math.PI) / 180);
	const width = Math.max(CELL_AT_LEAST * columns.length, level ? room : room - lean);
	return {
		title: { text: title, subtitle },
		width,
		height: ROW_HEIGHT * rows.length,
		data: { values: cells },
		encoding: {
			x: {
				field: "column",
				type: "nominal",
				sort: [...columns],
				title: null,
				axis: {
					orient: "top",
					labelAngle: level ? 0 : -SLANT_DEGREES,
					labelAlign: level ? "center" : "left",
					labelBaseline: level ? "bottom" : "middle",
					labelLimit: COLUMN_NAME_LIMIT,
					ticks: false,
					domain: false,
					labelPadding: 8,
				},
			},
			y: {
				field: "row",
				type: "nominal",
				sort: [...rows],
				title: null,
				axis: { labelLimit: ROW_NAME_LIMIT, ticks: false, domain: false, labelPadding: 8 },
			},
		},
		layer: [
			{
				mark: { type: "rect", stroke: "#ffffff", strokeWidth: 2 },
				encoding: {
					color: {
						field: "value",
						type: "quantitative",
						// One hue from light to dark: read by brightness, whatever colours one can tell apart.
						scale: { domain: [0, 1], range: ["#f1f6fb", "#8fbbdc", "#08467d"] },
						legend: null,
					},
				},
			},
			{
				mark: { type: "text", baseline: "middle" },
				encoding: {
					text: { field: "figure" },
					color: { condition: { test: `datum.value > ${DARK}`, value: "#ffffff" }, value: "#1f2933" },
				},
			},
		],
	};
}
