/** Whether a request comes from Discord, judged by its signature over the raw bytes before anything in it is read. */
import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { LRUCache } from "lru-cache";

/** Which rule a request breaks. */
export type Breach = "headers-missing" | "malformed-timestamp" | "stale" | "future" | "wrong-signature" | "seen-before";

/** A request that isn't to be read. */
export class ForgedRequestError extends Error {
	override readonly name = "ForgedRequestError";
	readonly breach: Breach;

	constructor(breach: Breach) {
		super(`not a request of Discord's: ${breach}`);
		this.breach = breach;
	}
}

export interface SignedRequest {
	/** `X-Signature-Ed25519` */
	signature: string | undefined;
	/** `X-Signature-Timestamp`: seconds since 1970. */
	timestamp: string | undefined;
	/** As it came. */
	body: Uint8Array;
}

/** @throws ForgedRequestError */
export type Verifier = (request: SignedRequest) => void;

/**
 * Discord wants its answer within 3 seconds, so an older request is of no use to anyone; the rest is what two clocks may
 * be apart.
 */
const WINDOW_MS = 30_000;
/** Far more than come in the time for which they are remembered. */
const REMEMBERED = 20_000;

/**
 * A signature is good once: those seen are remembered for as long as their timestamp could be. (Other processes don't know
 * them; there, the interaction's id is known to the intake.)
 * @param publicKey the application's, 64 hexadecimal digits
 * @see https://docs.discord.com/developers/interactions/overview#setting-up-an-endpoint-validating-security-request-headers
 */
export function createVerifier(publicKey: string, now: () => Date): Verifier {
	const key = keyOf(publicKey);
	const clock = { now: () => now().getTime() };
	const seen = new LRUCache<string, true>({ max: REMEMBERED, ttl: 2 * WINDOW_MS, ttlResolution: 0, perf: clock });

	return ({ signature, timestamp, body }) => {
		if (signature === undefined || timestamp === undefined) throw new ForgedRequestError("headers-missing");
		checkTime(timestamp, now());
		const bytes = signatureOf(signature);
		if (!verify(null, Buffer.concat([Buffer.from(timestamp), body]), key, bytes)) {
			throw new ForgedRequestError("wrong-signature");
		}
		const id = bytes.toString("base64");
		if (seen.has(id)) throw new ForgedRequestError("seen-before");
		seen.set(id, true);
	};
}

/** The 32 bytes of an Ed25519 key are the `x` of its JWK (RFC 8037). */
function keyOf(publicKey: string): KeyObject {
	const x = Buffer.from(publicKey, "hex").toString("base64url");
	return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
}

function checkTime(timestamp: string, now: Date): void {
	if (!/^\d{1,12}$/.test(timestamp)) throw new ForgedRequestError("malformed-timestamp");
	const age = now.getTime() - Number(timestamp) * 1000;
	if (age > WINDOW_MS) throw new ForgedRequestError("stale");
	if (age < -WINDOW_MS) throw new ForgedRequestError("future");
}

/** 64 bytes in hexadecimal, in either case. */
function signatureOf(signature: string): Buffer {
	if (!/^[0-9a-f]{128}$/i.test(signature)) throw new ForgedRequestError("wrong-signature");
	return Buffer.from(signature, "hex");
}
