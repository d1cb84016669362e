/** What the command line prints: results on stdout, everything else on stderr. */
import cliProgress from "cli-progress";

/** One JSON document on stdout. */
export function printJson(value: unknown): void {
	process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function print(line = ""): void {
	process.stdout.write(`${line}\n`);
}

export function warn(line: string): void {
	process.stderr.write(`${line}\n`);
}

export interface Progress {
	update(done: number, total?: number): void;
	stop(): void;
}

/** A progress bar on a terminal, nothing in a pipe. */
export function progressBar(what: string, total: number): Progress {
	if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
	const bar = new cliProgress.SingleBar(
		{ format: `${what} {bar} {value}/{total} · {eta_formatted} left`, stream: process.stderr, clearOnComplete: true },
		cliProgress.Presets.shades_classic,
	);
	bar.start(total, 0);
	return {
		update(done, newTotal) {
			if (newTotal !== undefined) bar.setTotal(newTotal);
			bar.update(done);
		},
		stop: () => bar.stop(),
	};
}
