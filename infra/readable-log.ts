/** A line of the log (JSON) as a person reads it. */
import { z } from "zod";

const lineSchema = z.object({
	level: z.number(),
	msg: z.string(),
	job: z.string().optional(),
	err: z.object({ message: z.string() }).optional(),
});
const WARN = 40;
const ERROR = 50;

/** What is no line of the log stays as it is. */
export function readable(line: string): string {
	const parsed = lineSchema.safeParse(jsonOf(line));
	if (!parsed.success) return line;
	const { level, msg, job, err } = parsed.data;
	const grade = level >= ERROR ? "error: " : level >= WARN ? "warning: " : "";
	return `${grade}${msg}${err ? ` (${err.message})` : ""}${job ? ` · ${job}` : ""}`;
}

function jsonOf(line: string): unknown {
	try {
		return JSON.parse(line);
	} catch {
		return undefined;
	}
}
