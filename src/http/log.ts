/** The log: JSON lines, without what people wrote (design section 11). */
import { DrizzleQueryError } from "drizzle-orm/errors";
import { type DestinationStream, type Logger, pino } from "pino";

/** @param level `info`, or another of pino's */
export function createLog(level: string, destination: DestinationStream = pino.destination(2)): Logger {
	return pino({ level, serializers: { err: describeError } }, destination);
}

interface Described {
	type: string;
	message: string;
	code?: string;
	/** Where it happened; without the message, which stands in front of it in JavaScript. */
	stack: string;
	cause?: unknown;
}

/**
 * An error as the log shows it. Database errors carry the values of their statement, in their fields and in the message
 * itself: labels, names, embeddings. The statement with its placeholders and the database's own words say enough.
 */
export function describeError(error: unknown): Described | unknown {
	if (!(error instanceof Error)) return error;
	const message = error instanceof DrizzleQueryError ? `Failed query: ${error.query}` : error.message;
	const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
	const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
	return {
		type: error.constructor.name,
		message,
		...(code && { code }),
		stack: frames.join("\n"),
		...(error.cause !== undefined && { cause: describeError(error.cause) }),
	};
}
