/**
 * What Redis does for the rate limits of a bot's processes, in one step each: take leave for a call, and note what came of
 * it. Times are Redis's own, so that no process's clock matters.
 */
import { type CommandParser, defineScript } from "redis";

/** Where one route's limits, and those of all routes, are kept. */
export interface LimitKeys {
	/** Count of invalid requests; it ends with its ten minutes. */
	invalid: string;
	/** There while no call that counts may be made. */
	all: string;
	/** When the latest calls were let go, newest first. */
	calls: string;
	/** There while the route's calls may not be made. */
	route: string;
	/** The route's bucket: how many calls a window has, how long it is, how many are left, when it ends. */
	bucket: string;
}

export interface TakeLimits {
	/** Whether it counts among all calls: those of interactions don't. */
	counted: boolean;
	perSecond: number;
	invalidMost: number;
}

/** Why a call has to wait, and for how many milliseconds. */
export interface Held {
	by: "all" | "route";
	ms: number;
}

/** What an answer says of the limits. */
export interface Noted {
	/** It counts towards Discord's ban. */
	invalid: boolean;
	held: Held | undefined;
	bucket: { limit: number; left: number; ms: number } | undefined;
}

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function text(number) return string.format('%.0f', number) end`;

/**
 * ARGV: whether it counts, calls per second, invalid requests. What holds all calls holds those that count. A window that is over begins anew with the first call, for as
 * long as such windows lasted: its answer will say exactly.
 */
const TAKE = `${NOW}
local function left(key) return math.max(redis.call('PTTL', key), 0) end
if ARGV[1] == '1' then
	if tonumber(redis.call('GET', KEYS[1]) or '0') >= tonumber(ARGV[3]) then return {'all', left(KEYS[1])} end
	if left(KEYS[2]) > 0 then return {'all', left(KEYS[2])} end
end
if left(KEYS[4]) > 0 then return {'route', left(KEYS[4])} end
local bucket = redis.call('HMGET', KEYS[5], 'limit', 'ms', 'left', 'reset')
local free, reset = tonumber(bucket[3]), tonumber(bucket[4])
if bucket[1] then
	if now >= reset then free, reset = tonumber(bucket[1]), now + bucket[2] end
	if free < 1 then return {'route', reset - now} end
end
if ARGV[1] == '1' then
	local earlier = redis.call('LINDEX', KEYS[3], ARGV[2] - 1)
	if earlier and now - earlier < 1000 then return {'all', 1000 - (now - earlier)} end
	redis.call('LPUSH', KEYS[3], text(now))
	redis.call('LTRIM', KEYS[3], 0, ARGV[2] - 1)
	redis.call('PEXPIRE', KEYS[3], 1000)
end
if bucket[1] then redis.call('HSET', KEYS[5], 'left', free - 1, 'reset', text(reset)) end
return {'', 0}`;

/**
 * ARGV: whether it was invalid; what is held and for how long; limit, left and milliseconds of the bucket. Calls that others
 * have taken leave for may not have arrived yet, so that the smaller number of those left is right.
 */
const NOTE = `${NOW}
if ARGV[1] == '1' and redis.call('INCR', KEYS[1]) == 1 then redis.call('PEXPIRE', KEYS[1], 600000) end
if ARGV[2] == 'all' then redis.call('SET', KEYS[2], '1', 'PX', ARGV[3]) end
if ARGV[2] == 'route' then redis.call('SET', KEYS[4], '1', 'PX', ARGV[3]) end
if ARGV[4] ~= '' then
	local known = redis.call('HMGET', KEYS[5], 'ms', 'left', 'reset')
	local left, ms = tonumber(ARGV[5]), tonumber(ARGV[6])
	local reset = now + ms
	if known[1] then
		if now < tonumber(known[3]) then left = math.min(left, tonumber(known[2])) end
		ms = math.max(ms, tonumber(known[1]))
	end
	redis.call('HSET', KEYS[5], 'limit', ARGV[4], 'ms', ms, 'left', left, 'reset', text(reset))
	redis.call('PEXPIRE', KEYS[5], 3600000)
end`;

function pushKeys(parser: CommandParser, { invalid, all, calls, route, bucket }: LimitKeys): void {
	parser.pushKeysLength([invalid, all, calls, route, bucket]);
}

export const scripts = {
	take: defineScript({
		SCRIPT: TAKE,
		parseCommand(parser: CommandParser, keys: LimitKeys, { counted, perSecond, invalidMost }: TakeLimits) {
			pushKeys(parser, keys);
			parser.push(counted ? "1" : "0", `${perSecond}`, `${invalidMost}`);
		},
		transformReply: ([by, ms]: ["all" | "route" | "", number]): Held | undefined => (by ? { by, ms } : undefined),
	}),
	note: defineScript({
		SCRIPT: NOTE,
		parseCommand(parser: CommandParser, keys: LimitKeys, { invalid, held, bucket }: Noted) {
			pushKeys(parser, keys);
			parser.push(invalid ? "1" : "0", held?.by ?? "", `${Math.max(1, Math.ceil(held?.ms ?? 0))}`);
			parser.push(`${bucket?.limit ?? ""}`, `${bucket?.left ?? ""}`, `${Math.ceil(bucket?.ms ?? 0)}`);
		},
		transformReply: () => undefined,
	}),
};
