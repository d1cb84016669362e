/** Small measuring tools: rates, medians, and a table to print. */

/** Runs `work` for every index below `count`, `concurrency` at a time. @returns how many a second */
export async function rate(count: number, concurrency: number, work: (index: number) => Promise<unknown>) {
	const start = performance.now();
	let next = 0;
	const worker = async () => {
		for (let index = next++; index < count; index = next++) await work(index);
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
	return (count * 1000) / (performance.now() - start);
}

/** Milliseconds that `work` takes. */
export async function milliseconds(work: () => Promise<unknown>): Promise<number> {
	const start = performance.now();
	await work();
	return performance.now() - start;
}

export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	const upper = sorted[middle] ?? Number.NaN;
	return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

/** @param q from 0 to 1; the nearest of the values that isn't smaller */
export function quantile(values: readonly number[], q: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

/** Prints rows of a name and a value, aligned. */
export function printTable(title: string, rows: readonly (readonly [string, string])[]): void {
	const width = Math.max(...rows.map(([name]) => name.length));
	const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
	process.stdout.write(`${title}\n${lines.join("\n")}\n\n`);
}
