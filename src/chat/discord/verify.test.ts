import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createVerifier, type SignedRequest } from "./verify.ts";

const discord = generateKeyPairSync("ed25519");
const hex = (key: KeyObject) => Buffer.from(key.export({ format: "jwk" }).x ?? "", "base64url").toString("hex");
const publicKey = hex(discord.publicKey);

const start = Date.UTC(2026, 0, 2, 3, 4, 5);
const seconds = (offset = 0) => String(start / 1000 + offset);

function signed(body: Uint8Array, timestamp = seconds(), key = discord.privateKey): SignedRequest {
	const signature = sign(null, Buffer.concat([Buffer.from(timestamp), body]), key).toString("hex");
	return { signature, timestamp, body };
}

const request = (text = '{"type":1}', timestamp = seconds()) => signed(Buffer.from(text), timestamp);
const breach = (name: string) => expect.objectContaining({ name: "ForgedRequestError", breach: name });
const verifier = () => createVerifier(publicKey, () => new Date(start));

describe("a request", () => {
	test("that Discord signed is let in, in whatever case its signature is written", () => {
		expect(() => verifier()(request())).not.toThrow();
		const { signature, ...rest } = request();
		expect(() => verifier()({ ...rest, signature: signature?.toUpperCase() })).not.toThrow();
	});

	test("is judged by its raw bytes, whether or not they are text", () => {
		fc.assert(
			fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (body, at) => {
				const verify = verifier();
				const good = signed(body);
				const altered = body.with(at % body.length, (body[at % body.length] ?? 0) ^ 1);
				expect(() => verify({ ...good, body: altered })).toThrow(breach("wrong-signature"));
				expect(() => verify({ ...good, body: body.subarray(1) })).toThrow(breach("wrong-signature"));
				expect(() => verify(good)).not.toThrow();
			}),
			{ numRuns: 30 },
		);
	});

	test("whose timestamp was altered is refused", () => {
		expect(() => verifier()({ ...request(), timestamp: seconds(1) })).toThrow(breach("wrong-signature"));
	});

	test("that someone else signed is refused", () => {
		const { privateKey } = generateKeyPairSync("ed25519");
		expect(() => verifier()(signed(Buffer.from("{}"), seconds(), privateKey))).toThrow(breach("wrong-signature"));
	});

	test.each([
		["no signature", { signature: undefined }, "headers-missing"],
		["no timestamp", { timestamp: undefined }, "headers-missing"],
		["a signature that is none", { signature: "zz".repeat(64) }, "wrong-signature"],
		["half a signature", { signature: "ab".repeat(32) }, "wrong-signature"],
		["an empty signature", { signature: "" }, "wrong-signature"],
		["a timestamp that is none", { timestamp: "now" }, "malformed-timestamp"],
		["an empty timestamp", { timestamp: "" }, "malformed-timestamp"],
		["a negative timestamp", { timestamp: "-5" }, "malformed-timestamp"],
	])("with %s is refused", (_, part, rule) => {
		expect(() => verifier()({ ...request(), ...part })).toThrow(breach(rule));
	});

	test.each([
		[-31, "stale"],
		[-3600, "stale"],
		[31, "future"],
		[3600, "future"],
	])("signed %i s from now is refused", (offset, rule) => {
		expect(() => verifier()(request("{}", seconds(offset)))).toThrow(breach(rule));
	});

	test.each([-30, -3, 0, 30])("signed %i s from now is let in", (offset) => {
		expect(() => verifier()(request("{}", seconds(offset)))).not.toThrow();
	});
});

describe("a signature", () => {
	test("is good once", () => {
		const verify = verifier();
		verify(request());
		expect(() => verify(request())).toThrow(breach("seen-before"));
		const { signature, ...rest } = request();
		expect(() => verify({ ...rest, signature: signature?.toUpperCase() })).toThrow(breach("seen-before"));
		expect(() => verify(request('{"type":2}'))).not.toThrow();
	});

	test("is remembered for as long as its time is good, and no forgery makes it seen", () => {
		let now = start;
		const verify = createVerifier(publicKey, () => new Date(now));
		const future = request("{}", seconds(30));
		expect(() => verify({ ...future, body: Buffer.from("[]") })).toThrow(breach("wrong-signature"));
		verify(future);
		now += 60_000;
		expect(() => verify(future)).toThrow(breach("seen-before"));
		now += 1;
		expect(() => verify(future)).toThrow(breach("stale"));
	});
});

test("a key that is none stops the start", () => {
	expect(() => createVerifier("ab", () => new Date(start))).toThrow();
});
