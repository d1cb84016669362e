/** `POST /discord/interactions`: where Discord sends interactions over HTTP. */
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { Logger } from "pino";
import type { AnswerInteraction } from "./answer-interaction.ts";
import { createVerifier, ForgedRequestError } from "./verify.ts";

export interface InteractionRoutesOptions {
	/** The application's, 64 hexadecimal digits. */
	publicKey: string;
	answer: AnswerInteraction;
	now: () => Date;
	log: Pick<Logger, "warn">;
}

/** Far more than a message with all that it can carry. */
const MAX_BODY_BYTES = 1024 * 1024;

/** Nothing is read before its signature is known to be Discord's: 401 for any other, 413 if too large, 400 if unreadable. */
export function createInteractionRoutes({ publicKey, answer, now, log }: InteractionRoutesOptions): Hono {
	const verify = createVerifier(publicKey, now);
	const routes = new Hono();

	routes.post("/discord/interactions", bodyLimit({ maxSize: MAX_BODY_BYTES }), async (c) => {
		const body = new Uint8Array(await c.req.arrayBuffer());
		try {
			verify({
				signature: c.req.header("x-signature-ed25519"),
				timestamp: c.req.header("x-signature-timestamp"),
				body,
			});
		} catch (error) {
			if (!(error instanceof ForgedRequestError)) throw error;
			log.warn({ breach: error.breach }, "a request that isn't Discord's was refused");
			return c.text("invalid request signature", 401);
		}
		const answered = await answer(parsed(body));
		return answered ? c.json(answered.response) : c.text("not an interaction", 400);
	});
	return routes;
}

/** @returns undefined for what is no JSON */
function parsed(body: Uint8Array): unknown {
	try {
		return JSON.parse(new TextDecoder().decode(body));
	} catch {
		return undefined;
	}
}
