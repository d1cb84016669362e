/** Bytes in words. */

const steps = ["bytes", "kB", "MB", "GB", "TB"];

/** Decimal units, three digits at most: 512 bytes, 2.2 MB, 608 MB, 1.5 GB. */
export function formatBytes(bytes: number): string {
	let value = bytes;
	let step = 0;
	// 999.5 would be shown as 1,000 of its unit.
	while (value >= 999.5 && step < steps.length - 1) {
		value /= 1000;
		step++;
	}
	const digits = step === 0 || value >= 9.95 ? 0 : 1;
	return `${value.toFixed(digits)} ${steps[step]}`;
}
