/** Every environment variable, parsed once. A malformed value stops the start with one line each (design section 12). */
import { z } from "zod";
import { UserError } from "./errors.ts";

const origin = z.string().refine((value) => URL.canParse(value) && new URL(value).origin === value, {
	error: "must be exact origins such as http://127.0.0.1:9000, separated by commas",
});
const wrongPort = { error: "must be a port from 0 to 65535" };
const count = (least: number, most: number) => {
	const wrong = { error: `must be a whole number from ${least} to ${most}` };
	return z.coerce.number(wrong).int(wrong).min(least, wrong).max(most, wrong);
};
const wrongDays = { error: "must be a whole number of days, at least 1" };
const onOff = z.enum(["on", "off"], { error: "must be on or off" }).transform((value) => value === "on");

/** Not said again where they are malformed: they hold passwords. */
const SECRET = new Set(["DATABASE_URL", "REDIS_URL", "REDIS_CACHE_URL"]);

function isPostgresUrl(value: string): boolean {
	return /^postgres(ql)?:\/\//.test(value) && URL.canParse(value);
}

/** `redis://[[user]:password@]host[:port][/number]`; `rediss://` is encrypted. */
function isRedisUrl(value: string): boolean {
	if (!URL.canParse(value)) return false;
	const { protocol, hostname, pathname } = new URL(value);
	return /^rediss?:$/.test(protocol) && hostname !== "" && /^(\/\d*)?$/.test(pathname);
}
const redisUrl = z
	.string()
	.refine(isRedisUrl, { error: "must be an address such as redis://user:password@host:6379" })
	.optional();

const schema = z.object({
	PORT: z.coerce.number(wrongPort).int(wrongPort).min(0, wrongPort).max(65535, wrongPort).default(3000),
	HOST: z.string().min(1).default("127.0.0.1"),
	TAGALONG_DATA_DIR: z.string().min(1).default(".tagalong"),
	TAGALONG_MODEL: z.string().min(1).default("starter"),
	TAGALONG_DEVICE: z.enum(["auto", "cpu", "cuda"], { error: "must be auto, cpu or cuda" }).default("auto"),
	TAGALONG_LOCAL_CHAT: onOff.optional(),
	TAGALONG_TRUSTED_IMAGE_ORIGINS: z
		.string()
		.default("")
		.transform((value) =>
			value
				.split(",")
				.map((part) => part.trim())
				.filter(Boolean),
		)
		.pipe(z.array(origin)),
	DATABASE_URL: z
		.string()
		.refine(isPostgresUrl, { error: "must be an address such as postgres://user:password@host:5432/name" })
		.optional(),
	REDIS_URL: redisUrl,
	REDIS_CACHE_URL: redisUrl,
	TAGALONG_CONCURRENT_JOBS: count(1, 512).default(32),
	TAGALONG_DECODE_THREADS: count(1, 64).optional(),
	TAGALONG_ENCODER_THREADS: count(1, 16).optional(),
	TAGALONG_BATCH_SIZE: count(1, 256).default(8),
	TAGALONG_BATCH_WAIT_MS: count(0, 1000).default(3),
	TAGALONG_RETENTION_DAYS: z.coerce.number(wrongDays).int(wrongDays).min(1, wrongDays).default(365),
	LOG_LEVEL: z
		.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
			error: "must be fatal, error, warn, info, debug, trace or silent",
		})
		.default("info"),
});

export interface Config {
	port: number;
	host: string;
	dataDir: string;
	model: string;
	device: "auto" | "cpu" | "cuda";
	/** Whether this process serves or answers in the chat page; absent: as the command has it. */
	localChat?: boolean;
	trustedImageOrigins: string[];
	/** Absent: the store is in the data folder. */
	databaseUrl?: string;
	/** Of the queue. Absent: jobs stay in this process. */
	redisUrl?: string;
	/** Of the text embeddings that processes share; the queue's unless told otherwise. Absent: each has its own. */
	redisCacheUrl?: string;
	/** Jobs at once: several batches of the encoder, so that while one runs others are decoded, posted and written down. */
	concurrentJobs: number;
	/** Images decoded at once. Absent: one a core. */
	decodeThreads?: number;
	/** Calls of the image encoder at once, each on its share of the cores. Absent: 2 on a processor, 1 on a GPU. */
	encoderThreads?: number;
	/** Images in one call of the encoder, at most. */
	batchSize: number;
	/** Milliseconds that a lone image waits for company. */
	batchWaitMs: number;
	/** What was posted longer ago is let go of. */
	retentionDays: number;
	logLevel: string;
}

/**
 * @throws UserError `config.invalid` with one line for each malformed variable.
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
	const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
	const parsed = schema.safeParse(given);
	if (!parsed.success) {
		const lines = parsed.error.issues.map((issue) => {
			const name = String(issue.path[0]);
			return `${name} ${issue.message}${SECRET.has(name) ? "" : ` (it is “${given[name]}”)`}.`;
		});
		throw new UserError("config.invalid", lines.join("\n"), "Correct the environment or .env and start again.");
	}
	const value = parsed.data;
	const redisCacheUrl = value.REDIS_CACHE_URL ?? value.REDIS_URL;
	return {
		port: value.PORT,
		host: value.HOST,
		dataDir: value.TAGALONG_DATA_DIR,
		model: value.TAGALONG_MODEL,
		device: value.TAGALONG_DEVICE,
		...(value.TAGALONG_LOCAL_CHAT !== undefined && { localChat: value.TAGALONG_LOCAL_CHAT }),
		trustedImageOrigins: value.TAGALONG_TRUSTED_IMAGE_ORIGINS,
		...(value.DATABASE_URL !== undefined && { databaseUrl: value.DATABASE_URL }),
		...(value.REDIS_URL !== undefined && { redisUrl: value.REDIS_URL }),
		...(redisCacheUrl !== undefined && { redisCacheUrl }),
		concurrentJobs: value.TAGALONG_CONCURRENT_JOBS,
		...(value.TAGALONG_DECODE_THREADS !== undefined && { decodeThreads: value.TAGALONG_DECODE_THREADS }),
		...(value.TAGALONG_ENCODER_THREADS !== undefined && { encoderThreads: value.TAGALONG_ENCODER_THREADS }),
		batchSize: value.TAGALONG_BATCH_SIZE,
		batchWaitMs: value.TAGALONG_BATCH_WAIT_MS,
		retentionDays: value.TAGALONG_RETENTION_DAYS,
		logLevel: value.LOG_LEVEL,
	};
}
