/** A call of the REST API as its routes see it, and what they answer. */
import type { ParsedBody } from "./http-body.ts";
import { may, type PermissionName } from "./permissions.ts";
import type { Channel, Guild, Message } from "./records.ts";
import { refusals } from "./refusals.ts";
import type { World } from "./world.ts";

export interface Call {
	readonly world: World;
	readonly parsed: ParsedBody;
	readonly query: URLSearchParams;
	/** A part of the path that the route names with a colon. */
	param(name: string): string;
}

/** Without a body: 204. */
export interface Answer {
	status?: number;
	body?: unknown;
}

/** By method and path, such as `GET /channels/:channel`. */
export type Routes = Record<string, (call: Call) => Answer | Promise<Answer>>;

export const NOTHING: Answer = { status: 204 };
export const ok = (body: unknown): Answer => ({ status: 200, body });

/** The body, in the shape that Discord documents for the route. */
export function bodyOf<Body>({ parsed }: Call): Partial<Body> {
	// Bodies are checked against Discord's types where requests come in; what is left out, a route must live with.
	return (parsed.json ?? {}) as Partial<Body>;
}

/**
 * The channel of the path.
 * @param needed what the bot must be allowed there
 * @throws Refusal as Discord does: unknown, unseen, not allowed
 */
export function channelOf(call: Call, ...needed: PermissionName[]): Channel {
	const channel = call.world.channels.get(call.param("channel"));
	if (!channel) throw refusals.unknownChannel();
	require(call.world, channel, ...needed);
	return channel;
}

/** @throws Refusal 50001 or 50013 */
export function require(world: World, channel: Channel, ...needed: PermissionName[]): void {
	if (!world.botSees(channel)) throw refusals.missingAccess();
	if (!may(channel, world.bot, ...needed)) throw refusals.missingPermissions();
}

/** The message of the path; one that only one person sees is unknown here. */
export function messageOf(call: Call, channel: Channel): Message {
	const message = channel.messages.get(call.param("message"));
	if (!message || message.visibleTo !== undefined) throw refusals.unknownMessage();
	return message;
}

/** The server of the path, of which the bot is a member. */
export function guildOf({ world, param }: Call): Guild {
	const guild = world.guilds.get(param("guild"));
	if (!guild || !world.isBotIn(guild)) throw refusals.unknownGuild();
	return guild;
}
