/** What the command line prints: results on stdout, everything else on stderr. */
import cliProgress from "cli-progress";
import { UserError } from "../errors.ts";

/** What steers a terminal, or turns what stands behind it around; names of files may hold it. Lines may still end. */
const STEERING = /(?![\n\t])[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Each as JSON escapes it. */
function harmless(text: string): string {
	return text.replace(STEERING, (steering) => `\\u${steering.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** One JSON document on stdout. */
export function printJson(value: unknown): void {
	process.stdout.write(`${harmless(JSON.stringify(value, null, 2))}\n`);
}

export function print(line = ""): void {
	process.stdout.write(`${harmless(line)}\n`);
}

export function warn(line: string): void {
	drawn?.erase();
	process.stderr.write(`${harmless(line)}\n`);
	drawn?.draw();
}

/** What went wrong, as one line for a person. */
export function inWords(error: unknown): string {
	if (error instanceof UserError) return error.sentence;
	const message = error instanceof Error ? error.message : String(error);
	return message.split("\n")[0] ?? message;
}

/**
 * Whoever reads stdout may have had enough (`| head`): then there is nothing left to do, and nobody to tell. A reader of
 * stderr that goes away takes only remarks with it.
 */
export function outliveReaders(): void {
	process.stdout.on("error", (error: NodeJS.ErrnoException) => {
		if (error.code !== "EPIPE") {
			warn(`tagalong: the output can't be written: ${inWords(error)}`);
			process.exitCode = 1;
		}
		process.exit();
	});
	process.stderr.on("error", () => {});
}

export interface Progress {
	update(done: number, total?: number): void;
	stop(): void;
}

/** The bar on the screen, if there is one: it makes room for words. */
let drawn: { erase(): void; draw(): void } | undefined;

/** A progress bar on a terminal, nothing in a pipe. */
export function progressBar(what: string, total: number): Progress {
	if (!process.stderr.isTTY) return { update: () => {}, stop: () => {} };
	const options = {
		format: `${what} {bar} {value}/{total} · {eta_formatted} left`,
		stream: process.stderr,
		clearOnComplete: true,
		barsize: 24,
		// Otherwise the terminal would be told not to wrap lines, and stay so after Ctrl-C.
		linewrap: true,
	};
	const bar = new cliProgress.SingleBar(options, cliProgress.Presets.shades_classic);
	let done = 0;
	const draw = () => bar.start(total, done);
	const erase = () => bar.stop();
	draw();
	drawn = { erase, draw };
	return {
		update(nowDone, newTotal = total) {
			done = nowDone;
			total = newTotal;
			bar.setTotal(total);
			bar.update(done);
		},
		stop() {
			drawn = undefined;
			erase();
		},
	};
}
