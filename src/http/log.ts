/** The log: JSON lines, without what people wrote (design section 11). */
import { DrizzleQueryError } from "drizzle-orm/errors";
import { type DestinationStream, type Logger, pino } from "pino";
import { UserError } from "../errors.ts";

/** @param level `info`, or another of pino's */
export function createLog(level: string, destination: DestinationStream = pino.destination(2)): Logger {
	return pino({ level, serializers: { err: describeError } }, destination);
}

/** What errors are about whose words are for the operator. All others are for whoever typed what stands in them. */
const forOperators = new Set(["config", "server", "store", "model", "lexicon", "redis"]);

interface Described {
	type: string;
	message?: string;
	code?: string;
	/** Where it happened; without the message, which stands in front of it in JavaScript. */
	stack: string;
	cause?: unknown;
}

/**
 * An error as the log shows it. Database errors carry the values of their statement, in their fields and in the message
 * itself: labels, names, embeddings. The statement with its placeholders and the database's own words say enough. Of an
 * error that was made for a person of the chat the code says enough: its words repeat what was typed.
 */
export function describeError(error: unknown): Described | unknown {
	if (!(error instanceof Error)) return error;
	const message = messageOf(error);
	const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
	const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
	return {
		type: error.constructor.name,
		...(message !== undefined && { message }),
		...(code && { code }),
		stack: frames.join("\n"),
		...(error.cause !== undefined && { cause: describeError(error.cause) }),
	};
}

function messageOf(error: Error): string | undefined {
	if (error instanceof DrizzleQueryError) return `Failed query: ${error.query}`;
	if (error instanceof UserError && !forOperators.has(error.code.split(".")[0] ?? "")) return undefined;
	return error.message;
}
