/**
 * Who a request comes from, by cookies. The embedded chat trusts whoever can reach it (by default this machine alone):
 * anyone may take the role of a moderator, and has it until they lay it down, as one does to see what members see.
 */
import type { Context } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { sortableId } from "../../store/sortable-id.ts";
import type { Actor } from "../event.ts";
import { plainName } from "../plain-text.ts";

const USER = "tagalong_user";
const ROLE = "tagalong_role";
/** As long as browsers keep one: 400 days. */
const attributes = { httpOnly: true, sameSite: "Strict", path: "/", maxAge: 400 * 24 * 3600 } as const;

/** What someone who gave no name goes by. */
const NAMELESS = "Guest";

/** The id is made at the first visit. @param name as the person chose it */
export function personOf(c: Context, now: Date, name = ""): Actor {
	const kept = getCookie(c, USER);
	const isKept = kept !== undefined && /^[0-9a-z]{20}$/.test(kept);
	const id = isKept ? kept : sortableId(now);
	if (!isKept) setCookie(c, USER, id, attributes);
	return { id, name: plainName(name, 40) || NAMELESS, canModerate: getCookie(c, ROLE) !== "member", isBot: false };
}

export function takeRole(c: Context, canModerate: boolean): void {
	setCookie(c, ROLE, canModerate ? "moderator" : "member", attributes);
}
