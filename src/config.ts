/** Every environment variable, parsed once. A malformed value stops the start with one line each (design section 12). */
import { createSecretKey, type KeyObject } from "node:crypto";
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

/** Not said again where they are malformed: they are, or hold, passwords. */
const SECRET = new Set(["DATABASE_URL", "REDIS_URL", "REDIS_CACHE_URL", "TAGALONG_ENCRYPTION_KEYS", "DISCORD_TOKEN"]);

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

/** Separated by commas. */
const list = z
	.string()
	.default("")
	.transform((value) =>
		value
			.split(",")
			.map((part) => part.trim())
			.filter(Boolean),
	);
/** 32 bytes in base64, with or without padding, in either alphabet. */
const isEncryptionKey = (value: string) => /^[\w+/-]{43}=?$/.test(value);
const encryptionKeys = z.array(z.string()).refine((keys) => keys.every(isEncryptionKey), {
	error: "must be keys of 32 bytes in base64, newest first, separated by commas; `openssl rand -base64 32` makes one",
});

const variables = z.object({
	PORT: z.coerce.number(wrongPort).int(wrongPort).min(0, wrongPort).max(65535, wrongPort).default(3000),
	HOST: z.string().min(1).default("127.0.0.1"),
	TAGALONG_DATA_DIR: z.string().min(1).default(".tagalong"),
	TAGALONG_MODEL: z.string().min(1).default("starter"),
	TAGALONG_DEVICE: z.enum(["auto", "cpu", "cuda"], { error: "must be auto, cpu or cuda" }).default("auto"),
	TAGALONG_LOCAL_CHAT: onOff.optional(),
	TAGALONG_TRUSTED_IMAGE_ORIGINS: list.pipe(z.array(origin)),
	DATABASE_URL: z
		.string()
		.refine(isPostgresUrl, { error: "must be an address such as postgres://user:password@host:5432/name" })
		.optional(),
	REDIS_URL: redisUrl,
	REDIS_CACHE_URL: redisUrl,
	TAGALONG_ENCRYPTION_KEYS: list.pipe(encryptionKeys),
	TAGALONG_CONCURRENT_JOBS: count(1, 512).optional(),
	TAGALONG_DECODE_THREADS: count(1, 64).optional(),
	TAGALONG_ENCODER_THREADS: count(1, 16).optional(),
	TAGALONG_BATCH_SIZE: count(1, 256).optional(),
	TAGALONG_BATCH_WAIT_MS: count(0, 1000).optional(),
	TAGALONG_RETENTION_DAYS: z.coerce.number(wrongDays).int(wrongDays).min(1, wrongDays).default(365),
	DISCORD_TOKEN: z
		.string()
		// What an HTTP header can carry: whatever else is in it came with copying.
		.regex(/^[\x21-\x7e]+$/, { error: "must be the bot's token alone, without spaces around it" })
		.optional(),
	DISCORD_APPLICATION_ID: z
		.string()
		.regex(/^\d{15,20}$/, { error: "must be the application's id, a number of 15 to 20 digits" })
		.optional(),
	DISCORD_PUBLIC_KEY: z
		.string()
		.regex(/^[0-9a-f]{64}$/i, { error: "must be the application's public key, 64 hexadecimal digits" })
		.optional(),
	DISCORD_MESSAGE_CONTENT: onOff.default(true),
	DISCORD_API_URL: z
		.string()
		.regex(/^https?:\/\/\S*[^\s/]$/, { error: "must be an address such as https://discord.com/api" })
		.default("https://discord.com/api"),
	LOG_LEVEL: z
		.enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
			error: "must be fatal, error, warn, info, debug, trace or silent",
		})
		.default("info"),
});

/** A bot needs its token and its application's id. */
const schema = variables.superRefine((value, context) => {
	const needed = ["DISCORD_TOKEN", "DISCORD_APPLICATION_ID"] as const;
	const [first] = [...needed, "DISCORD_PUBLIC_KEY" as const].filter((name) => value[name] !== undefined);
	const missing = first === undefined ? [] : needed.filter((name) => value[name] === undefined);
	for (const name of missing) {
		context.addIssue({ code: "custom", path: [name], message: `is missing, which goes with ${first}` });
	}
});

/** The Discord application, as its page in the developer portal gives it. */
export interface DiscordConfig {
	/** The bot's. */
	token: string;
	applicationId: string;
	/** Ed25519, hexadecimal. Absent: interactions come by the gateway alone. */
	publicKey?: string;
	/** Whether the application has the Message Content intent: without it, the bot is shown no images that people post. */
	messageContent: boolean;
	/** Without a version. */
	apiUrl: string;
}

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
	/**
	 * Jobs at once. Absent: several batches of the encoder, so that while one runs others are decoded, posted and written down.
	 */
	concurrentJobs?: number;
	/** Images decoded at once. Absent: one a core. */
	decodeThreads?: number;
	/** Calls of the image encoder at once, each on its share of the cores. Absent: 2 on a processor, 1 on a GPU. */
	encoderThreads?: number;
	/** Images in one call of the encoder, at most. Absent: 8 on a processor, 32 on a GPU. */
	batchSize?: number;
	/** Milliseconds that a lone image waits for company. Absent: 3. */
	batchWaitMs?: number;
	/** Of tokens at rest, newest first; none: no workspace can install the bot by itself. Never printed, as strings are. */
	encryptionKeys: KeyObject[];
	/** Absent: Discord isn't served. */
	discord?: DiscordConfig;
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
			const isShown = given[name] !== undefined && !SECRET.has(name);
			return `${name} ${issue.message}${isShown ? ` (it is “${given[name]}”)` : ""}.`;
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
		...(value.TAGALONG_CONCURRENT_JOBS !== undefined && { concurrentJobs: value.TAGALONG_CONCURRENT_JOBS }),
		...(value.TAGALONG_DECODE_THREADS !== undefined && { decodeThreads: value.TAGALONG_DECODE_THREADS }),
		...(value.TAGALONG_ENCODER_THREADS !== undefined && { encoderThreads: value.TAGALONG_ENCODER_THREADS }),
		...(value.TAGALONG_BATCH_SIZE !== undefined && { batchSize: value.TAGALONG_BATCH_SIZE }),
		...(value.TAGALONG_BATCH_WAIT_MS !== undefined && { batchWaitMs: value.TAGALONG_BATCH_WAIT_MS }),
		encryptionKeys: value.TAGALONG_ENCRYPTION_KEYS.map((key) => createSecretKey(key, "base64")),
		...discordOf(value),
		retentionDays: value.TAGALONG_RETENTION_DAYS,
		logLevel: value.LOG_LEVEL,
	};
}

function discordOf(value: z.output<typeof schema>): { discord?: DiscordConfig } {
	const { DISCORD_TOKEN: token, DISCORD_APPLICATION_ID: applicationId, DISCORD_PUBLIC_KEY: publicKey } = value;
	if (token === undefined || applicationId === undefined) return {};
	const { DISCORD_MESSAGE_CONTENT: messageContent, DISCORD_API_URL: apiUrl } = value;
	return { discord: { token, applicationId, messageContent, apiUrl, ...(publicKey !== undefined && { publicKey }) } };
}
