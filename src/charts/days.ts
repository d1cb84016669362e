/** A line of shares by day, each day's point as large as what it rests on. */
import type { TopLevelSpec } from "vega-lite";
import { CHART_WIDTH } from "./picture.ts";

export interface Days {
	title: string;
	subtitle?: string;
	/** Oldest first. `day` as `2026-01-31`, `share` in [0, 1], `of` what it is a share of. */
	days: readonly { day: string; share: number; of: number }[];
}

export function days({ title, subtitle, days }: Days): TopLevelSpec {
	// Only days that have a point are written, at most six of them.
	const every = Math.ceil(days.length / 6);
	const dates = days.filter((_, index) => index % every === 0).map(({ day }) => Date.parse(day));
	return {
		title: { text: title, ...(subtitle && { subtitle }) },
		width: CHART_WIDTH - 50,
		height: 220,
		data: { values: days.map(({ day, share, of }) => ({ day, share, of })) },
		encoding: {
			x: {
				field: "day",
				// Read and written in UTC: the same picture in every time zone.
				type: "temporal",
				timeUnit: "utcyearmonthdate",
				scale: { type: "utc" },
				title: null,
				axis: { format: "%-d %b", values: dates, grid: false, labelFlush: true },
			},
			y: {
				field: "share",
				type: "quantitative",
				title: null,
				scale: { domain: [0, 1] },
				axis: { format: "%", tickCount: 5, domain: false, ticks: false },
			},
		},
		layer: [
			{ mark: { type: "line", color: "#0072b2", strokeWidth: 2.5 } },
			{
				mark: { type: "point", color: "#0072b2", filled: true, opacity: 1 },
				encoding: {
					size: { field: "of", type: "quantitative", scale: { range: [40, 240], domainMin: 0 }, legend: null },
				},
			},
		],
	};
}
