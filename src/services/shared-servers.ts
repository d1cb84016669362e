/** The servers that the processes of the distributed shape share. */
import type { Config } from "../config.ts";
import { shapeErrors } from "../errors.ts";

/**
 * Where they are.
 * @param command whose process needs them
 * @throws UserError `config.not-shared` if one of them isn't configured
 */
export function sharedServers(
	{ databaseUrl, redisUrl }: Pick<Config, "databaseUrl" | "redisUrl">,
	command: "front" | "gateway" | "worker",
): { databaseUrl: string; redisUrl: string } {
	if (databaseUrl !== undefined && redisUrl !== undefined) return { databaseUrl, redisUrl };
	const missing = [databaseUrl === undefined && "DATABASE_URL", redisUrl === undefined && "REDIS_URL"];
	throw shapeErrors.notShared(
		command,
		missing.filter((name) => name !== false),
	);
}
