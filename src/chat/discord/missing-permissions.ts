/** Which permissions the bot lacks where, found out before it is refused where that is cheap, and said once. */
import type { Logger } from "pino";
import { discordErrors, type UserError } from "../../errors.ts";
import type { ChannelRef } from "../event.ts";
import type { RichText } from "../view.ts";
import { isSnowflake } from "./ids.ts";
import { lackedToEnter, missingFrom, type PermissionName, permissionsIn } from "./permissions.ts";
import type { Servers } from "./port-servers.ts";

/** What Discord's settings call them. */
const WORDS: Partial<Record<PermissionName, string>> = { SendMessagesInThreads: "Send Messages in Threads" };

/** How long it is believed that nothing has changed: a refusal ends it. */
const ALLOWED_MS = 60 * 60 * 1000;
/** Someone who reads what is missing tries again soon. */
const LACKING_MS = 60 * 1000;
const MOST = 10_000;

export type MissingPermissions = ReturnType<typeof createMissingPermissions>;

/** What the bot may do in a channel. */
interface Rights {
	bits: bigint;
	/** Without these, nothing. */
	keptOut: readonly PermissionName[];
}

interface Options {
	servers: Servers;
	log: Pick<Logger, "warn">;
	now: () => Date;
}

export function createMissingPermissions({ servers, log, now }: Options) {
	/** What the bot may do, by channel; the oldest is first. */
	const known = new Map<string, Rights & { at: number }>();
	const said = new Set<string>();

	/** @returns undefined where it can't be told */
	async function rightsIn(ref: ChannelRef): Promise<Rights | undefined> {
		const { workspace } = ref;
		const [guild, me] = await Promise.all([servers.guild(workspace), servers.me()]);
		const [member, at] = [await servers.member(workspace, me), await servers.channel(ref)];
		if (!guild || !member || !at) return undefined;
		return { bits: permissionsIn(guild, member, at, now()), keptOut: lackedToEnter(guild, member, at) };
	}

	/** Of where it is allowed or denied. */
	async function nameOf(ref: ChannelRef): Promise<string> {
		const channel = isSnowflake(ref.workspace) ? await servers.channel(ref) : undefined;
		return channel ? `#${channel.name}` : "this channel";
	}

	/** Those of `names` that nothing was said of yet to these readers, in this channel and by this process. */
	function unsaid(to: "people" | "log", { channel }: ChannelRef, names: readonly PermissionName[]): PermissionName[] {
		const keyOf = (name: PermissionName) => `${to} ${channel} ${name}`;
		const fresh = names.filter((name) => !said.has(keyOf(name)));
		if (said.size > MOST) said.clear();
		for (const name of fresh) said.add(keyOf(name));
		return fresh;
	}

	/** @param allowedMs how long it is believed that nothing is lacking */
	async function among(
		ref: ChannelRef,
		needed: readonly PermissionName[],
		allowedMs: number,
	): Promise<PermissionName[]> {
		if (!isSnowflake(ref.workspace)) return [];
		const age = (at: number) => now().getTime() - at;
		let found = known.get(ref.channel);
		const lacking = found ? lackingOf(found, needed) : [];
		if (!found || age(found.at) > allowedMs || (lacking.length > 0 && age(found.at) > LACKING_MS)) {
			const rights = await rightsIn(ref);
			if (!rights) return [];
			found = { at: now().getTime(), ...rights };
			known.delete(ref.channel);
			known.set(ref.channel, found);
			const [oldest] = known.keys();
			if (known.size > MOST && oldest !== undefined) known.delete(oldest);
		}
		return lackingOf(found, needed);
	}

	return {
		/** Those that the bot lacks there, as far as it can be told; in conversations it lacks none. */
		among: (ref: ChannelRef, needed: readonly PermissionName[]) => among(ref, needed, ALLOWED_MS),

		/** The same for someone who wants to know: as it was a minute ago at most. */
		lately: (ref: ChannelRef, needed: readonly PermissionName[]) => among(ref, needed, LACKING_MS),

		/** Discord has refused something for want of one of these. @returns those that the bot lacks; all, if it can't be told */
		async refused(ref: ChannelRef, needed: readonly PermissionName[]): Promise<PermissionName[]> {
			known.delete(ref.channel);
			await servers.forget(ref.workspace);
			const lacking = await among(ref, needed, ALLOWED_MS);
			return lacking.length > 0 ? lacking : [...needed];
		},

		/** What to say in an answer of what is done without these. @returns undefined if it was said before */
		async note(ref: ChannelRef, names: readonly PermissionName[], toDoWhat: string): Promise<RichText | undefined> {
			const fresh = unsaid("people", ref, names);
			if (fresh.length === 0) return undefined;
			const listed = fresh.flatMap(
				(name, index): RichText => [...(index > 0 ? [", "] : []), { strong: wordsOf(name) }],
			);
			return ["I need ", ...listed, " in ", { strong: await nameOf(ref) }, ` to ${toDoWhat}.`];
		},

		/** Where nothing can be said there: the operator's log has it. */
		async log(ref: ChannelRef, names: readonly PermissionName[], what: string): Promise<void> {
			const { workspace, channel } = ref;
			const fresh = unsaid("log", ref, names);
			if (fresh.length > 0) log.warn({ workspace, channel, permissions: fresh.map(wordsOf) }, what);
		},

		async error(ref: ChannelRef, names: readonly PermissionName[]): Promise<UserError> {
			return discordErrors.missingPermission(names.map(wordsOf), await nameOf(ref));
		},
	};
}

/** Where it is kept out, what keeps it out is all that anyone has to change first. */
function lackingOf({ bits, keptOut }: Rights, needed: readonly PermissionName[]): PermissionName[] {
	return keptOut.length > 0 ? [...keptOut] : missingFrom(bits, needed);
}

/** `CreatePublicThreads` as people read it: Create Public Threads. */
function wordsOf(name: PermissionName): string {
	return WORDS[name] ?? name.replace(/(?<=[a-z])(?=[A-Z])/g, " ");
}
