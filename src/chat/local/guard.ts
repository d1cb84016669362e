/** Who may talk to the embedded chat: its own page, opened by its own address. Keeps out DNS rebinding and CSRF. */
import { isIP } from "node:net";
import type { MiddlewareHandler } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { localChatErrors } from "../../errors.ts";
import type { WireError } from "./wire.ts";

type Policy = NonNullable<NonNullable<Parameters<typeof secureHeaders>[0]>["contentSecurityPolicy"]>;

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);
const everywhere = new Set(["0.0.0.0", "::", "[::]"]);

/**
 * Whether a Host header names this server: loopback, the configured host, or, if it listens everywhere, any address
 * given as a number. A rebound DNS name is never any of these.
 */
export function isOwnHost(header: string, host: string): boolean {
	if (!/^[\w.:[\]-]+$/.test(header) || !URL.canParse(`http://${header}`)) return false;
	const name = new URL(`http://${header}`).hostname;
	if (loopback.has(name) || name === host.toLowerCase() || name === `[${host.toLowerCase()}]`) return true;
	return everywhere.has(host) && isIP(name.replace(/^\[|\]$/g, "")) !== 0;
}

/**
 * Refuses requests under a foreign Host, and changes that don't come from a page of the same origin.
 * @param host the configured HOST
 */
export function guard(host: string): MiddlewareHandler {
	return async (c, next) => {
		const name = c.req.header("host") ?? "";
		if (!isOwnHost(name, host)) return c.json(refusal(localChatErrors.wrongHost(name)), 403);
		if (c.req.method !== "GET" && c.req.method !== "HEAD") {
			const origin = c.req.header("origin")?.toLowerCase();
			const own = name.toLowerCase();
			if (origin !== `http://${own}` && origin !== `https://${own}`)
				return c.json(refusal(localChatErrors.wrongOrigin()), 403);
		}
		return await next();
	};
}

/** Nothing inline, nothing from elsewhere, in nobody's frame. */
export const pageHeaders: MiddlewareHandler = headersFor({
	scriptSrc: ["'self'"],
	styleSrc: ["'self'"],
	imgSrc: ["'self'", "blob:"],
	connectSrc: ["'self'"],
});

/** Nothing at all: were a download ever shown, it would run nothing and belong to no origin. */
export const downloadHeaders: MiddlewareHandler = headersFor({ sandbox: [] });

function headersFor(policy: Policy): MiddlewareHandler {
	return secureHeaders({
		contentSecurityPolicy: {
			defaultSrc: ["'none'"],
			...policy,
			baseUri: ["'none'"],
			formAction: ["'none'"],
			frameAncestors: ["'none'"],
		},
		xFrameOptions: "DENY",
		strictTransportSecurity: false,
	});
}

export function refusal(error: { code: string; message: string; hint: string }): WireError {
	return { error: { code: error.code, message: error.message, hint: error.hint } };
}
