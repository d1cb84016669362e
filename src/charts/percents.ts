/** Percents as charts, tables and sentences say them. */

/** Whole percents; what is neither nothing nor all is not rounded to it. */
export function percents(share: number): string {
	if (share > 0 && share < 0.005) return "<1";
	if (share < 1 && share > 0.995) return ">99";
	return String(Math.round(100 * share));
}
