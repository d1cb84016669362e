/** The learning curves as a picture. */
import { CHART_WIDTH, chartToPng } from "../src/charts/picture.ts";
import type { Point } from "./learning.ts";

/** One panel for right votes, one below it for votes of which some are wrong; each point with its standard error. */
export function drawCurves(points: readonly Point[]): Promise<Uint8Array> {
	const values = points.map(({ method, wrong, shots, accuracy, error }) => ({
		method,
		votes: wrong === 0 ? "every vote right" : `${100 * wrong} % of the votes wrong`,
		shots: String(shots),
		accuracy,
		low: accuracy - error,
		high: accuracy + error,
	}));
	const order = [...new Set(points.map(({ shots }) => String(shots)))];
	const methods = [...new Set(points.map(({ method }) => method))];
	const x = {
		field: "shots",
		type: "ordinal" as const,
		sort: order,
		title: "confirmed examples a label",
		axis: { labelAngle: 0 },
	};
	const color = {
		field: "method",
		type: "nominal" as const,
		sort: methods,
		legend: { orient: "bottom" as const, columns: 2, title: null },
	};
	return chartToPng({
		title: { text: "How fast a channel learns", subtitle: "right answers on images never voted on" },
		data: { values },
		facet: { row: { field: "votes", sort: ["every vote right"], header: { title: null, labelFontSize: 14 } } },
		spec: {
			width: CHART_WIDTH - 80,
			height: 220,
			layer: [
				{
					mark: { type: "line", point: { size: 50 }, strokeWidth: 2.5 },
					encoding: {
						x,
						y: { field: "accuracy", type: "quantitative", axis: { format: "%" }, title: null, scale: { zero: false } },
						color,
					},
				},
				{
					mark: { type: "rule", strokeWidth: 1.5 },
					encoding: { x, y: { field: "low", type: "quantitative" }, y2: { field: "high" }, color },
				},
			],
		},
	});
}
