/**
 * What Redis does for the text embeddings in one step each: look up or claim, keep a claim, settle it. A claim is a key that
 * holds the token of whoever encodes the prompt and that dies by itself soon after its holder.
 * Commands named by `pcall` may be refused by a Redis that is full: then a prompt is encoded twice, or is not kept.
 */
import { type CommandParser, defineScript } from "redis";

/** Where a prompt's embedding is kept, and the claim to encode it. */
export interface PromptKeys {
	value: string;
	claim: string;
}

/** What was found of a prompt: its bytes, or who has to encode it. */
export type Found = Buffer | "ours" | "theirs";

/** KEYS: values, then claims. ARGV: token, the claims' milliseconds, how many may be claimed. */
const LOOK_UP = `
local prompts = #KEYS / 2
local left = tonumber(ARGV[3])
local found = {}
for i = 1, prompts do
	local value = redis.pcall('GET', KEYS[i])
	if type(value) == 'string' then
		found[i] = value
	elseif left > 0 and redis.pcall('SET', KEYS[prompts + i], ARGV[1], 'NX', 'PX', ARGV[2]) then
		left = left - 1
		found[i] = 1
	else
		found[i] = 0
	end
end
return found`;

/** KEYS: claims. ARGV: token, their milliseconds. */
const KEEP = `
for _, claim in ipairs(KEYS) do
	if redis.call('GET', claim) == ARGV[1] then redis.call('PEXPIRE', claim, ARGV[2]) end
end`;

/** KEYS: values, then claims. ARGV: token, the values' milliseconds, the values ('' where there is none). */
const SETTLE = `
local prompts = #KEYS / 2
for i = 1, prompts do
	if ARGV[2 + i] ~= '' then redis.pcall('SET', KEYS[i], ARGV[2 + i], 'PX', ARGV[2]) end
	if redis.call('GET', KEYS[prompts + i]) == ARGV[1] then redis.call('DEL', KEYS[prompts + i]) end
end`;

function pushKeys(parser: CommandParser, keys: readonly PromptKeys[]): void {
	parser.pushKeysLength([...keys.map(({ value }) => value), ...keys.map(({ claim }) => claim)]);
}

const ignore = () => undefined;

export const scripts = {
	/** Up to `most` of the prompts that nobody has encoded or is encoding are claimed: ours. */
	lookUp: defineScript({
		SCRIPT: LOOK_UP,
		parseCommand(parser: CommandParser, keys: readonly PromptKeys[], token: string, claimMs: number, most: number) {
			pushKeys(parser, keys);
			parser.push(token, `${claimMs}`, `${most}`);
		},
		transformReply: (reply: (Buffer | number)[]): Found[] =>
			reply.map((found) => (typeof found === "number" ? (found === 1 ? "ours" : "theirs") : found)),
	}),
	/** Claims that are still ours last for `claimMs` from now. */
	keep: defineScript({
		SCRIPT: KEEP,
		parseCommand(parser: CommandParser, keys: readonly PromptKeys[], token: string, claimMs: number) {
			parser.pushKeysLength(keys.map(({ claim }) => claim));
			parser.push(token, `${claimMs}`);
		},
		transformReply: ignore,
	}),
	/** Writes what was encoded and gives the claims up; a prompt without bytes is anybody's again. */
	settle: defineScript({
		SCRIPT: SETTLE,
		parseCommand(
			parser: CommandParser,
			keys: readonly PromptKeys[],
			token: string,
			valueMs: number,
			values: readonly (Buffer | undefined)[],
		) {
			pushKeys(parser, keys);
			parser.push(token, `${valueMs}`, ...values.map((value) => value ?? ""));
		},
		transformReply: ignore,
	}),
};
