import { ChannelType, OverwriteType } from "discord.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bitsOf, channelPermissions } from "../../../test/support/discord/permissions.ts";
import type { Channel, Guild, User } from "../../../test/support/discord/records.ts";
import {
	type ChannelRules,
	type GuildMember,
	lackedToEnter,
	missingFrom,
	type Overwrite,
	type PermissionName,
	permissionsIn,
} from "./permissions.ts";

const now = new Date("2026-03-01T12:00:00Z");
const everyone = "100000000000000001";
const judges = "100000000000000002";
const jury = "100000000000000003";
const ada: GuildMember = { id: "200000000000000001", roles: [judges, jury] };

const bits = (...names: PermissionName[]) => `${bitsOf(names)}`;
const guild = (of: Record<string, PermissionName[]>) => ({
	id: everyone,
	owner_id: "200000000000000009",
	roles: Object.entries(of).map(([id, names]) => ({ id, permissions: bits(...names) })),
});
const role = (id: string, allow: PermissionName[], deny: PermissionName[] = []): Overwrite => {
	return { id, type: OverwriteType.Role, allow: bits(...allow), deny: bits(...deny) };
};
const personal = (id: string, allow: PermissionName[], deny: PermissionName[] = []): Overwrite => {
	return { ...role(id, allow, deny), type: OverwriteType.Member };
};
const text = (permission_overwrites: Overwrite[] = []): ChannelRules => {
	return { type: ChannelType.GuildText, permission_overwrites };
};
const has = (given: bigint, ...names: PermissionName[]) => missingFrom(given, names).length === 0;

describe("a member's permissions in a channel", () => {
	test("are what everyone may, and what each of their roles adds", () => {
		const of = guild({ [everyone]: ["ViewChannel"], [judges]: ["SendMessages"], other: ["BanMembers"] });
		const given = permissionsIn(of, ada, text(), now);
		expect(given).toBe(bitsOf(["ViewChannel", "SendMessages"]));
		expect(missingFrom(given, ["SendMessages", "BanMembers", "AttachFiles"])).toEqual(["BanMembers", "AttachFiles"]);
	});

	test("are all for the owner and for administrators, whatever overwrites deny", () => {
		const denied = [role(everyone, [], ["ViewChannel"]), personal(ada.id, [], ["ViewChannel"])];
		const owned = { ...guild({ [everyone]: [] }), owner_id: ada.id };
		expect(has(permissionsIn(owned, ada, text(denied), now), "ViewChannel", "ManageGuild")).toBe(true);
		const led = guild({ [everyone]: [], [judges]: ["Administrator"] });
		expect(has(permissionsIn(led, ada, text(denied), now), "ViewChannel", "ManageGuild")).toBe(true);
	});

	// The example of the documentation: a role allows what everyone is denied.
	test("what everyone is denied in a channel, a role's overwrite allows again", () => {
		const of = guild({ [everyone]: ["ViewChannel", "SendMessages"] });
		const closed = [role(everyone, [], ["ViewChannel"])];
		expect(permissionsIn(of, ada, text(closed), now)).toBe(0n);
		const open = [role(judges, ["ViewChannel"]), ...closed];
		expect(permissionsIn(of, ada, text(open), now)).toBe(bitsOf(["ViewChannel", "SendMessages"]));
		expect(permissionsIn(of, { ...ada, roles: [] }, text(open), now)).toBe(0n);
	});

	test("what one of their roles is denied and another allowed, is allowed, in whatever order", () => {
		const of = guild({ [everyone]: ["ViewChannel"] });
		const both = [role(judges, ["SendMessages"]), role(jury, [], ["SendMessages"])];
		for (const overwrites of [both, [...both].reverse()])
			expect(has(permissionsIn(of, ada, text(overwrites), now), "SendMessages")).toBe(true);
	});

	test("their own overwrite comes last", () => {
		const of = guild({ [everyone]: ["ViewChannel"] });
		const own = personal(ada.id, [], ["SendMessages"]);
		const given = permissionsIn(of, ada, text([own, role(judges, ["SendMessages", "AttachFiles"])]), now);
		expect(missingFrom(given, ["SendMessages", "AttachFiles"])).toEqual(["SendMessages"]);
		const bob = { ...ada, id: "200000000000000002" };
		const others = permissionsIn(of, bob, text([own, role(judges, ["SendMessages"])]), now);
		expect(has(others, "SendMessages")).toBe(true);
	});

	test("who can't see a channel can do nothing in it", () => {
		const of = guild({ [everyone]: ["SendMessages", "AddReactions"] });
		expect(permissionsIn(of, ada, text([role(judges, ["AttachFiles"])]), now)).toBe(0n);
	});

	test.each([ChannelType.GuildVoice, ChannelType.GuildStageVoice])(
		"in the chat of a channel of type %i are none for who may not connect, and it is said what keeps them out",
		(type) => {
			const of = guild({ [everyone]: ["ViewChannel", "ReadMessageHistory", "Connect"] });
			const shut = { type, permission_overwrites: [role(everyone, [], ["Connect"])] };
			expect(permissionsIn(of, ada, shut, now)).toBe(0n);
			expect(lackedToEnter(of, ada, shut)).toEqual(["Connect"]);
			expect(has(permissionsIn(of, ada, { ...shut, permission_overwrites: [] }, now), "ReadMessageHistory")).toBe(true);
			expect(has(permissionsIn(of, ada, text(shut.permission_overwrites), now), "ReadMessageHistory")).toBe(true);
			expect(permissionsIn({ ...of, owner_id: ada.id }, ada, shut, now)).not.toBe(0n);
		},
	);

	test("who is timed out may only look and read, until it is over", () => {
		const of = guild({ [everyone]: ["ViewChannel", "ReadMessageHistory", "SendMessages", "AddReactions"] });
		const timedOut = { ...ada, communication_disabled_until: "2026-03-01T12:00:01Z" };
		expect(permissionsIn(of, timedOut, text(), now)).toBe(bitsOf(["ViewChannel", "ReadMessageHistory"]));
		expect(has(permissionsIn(of, timedOut, text(), new Date("2026-03-01T12:00:01Z")), "SendMessages")).toBe(true);
	});

	test("are those that the local Discord, written by another hand, holds people to", () => {
		const names: PermissionName[] = ["ViewChannel", "SendMessages", "AddReactions", "Connect", "Administrator"];
		const some = fc.subarray(names).map((chosen) => bitsOf(chosen));
		const overwrite = fc.record({
			id: fc.constantFrom(everyone, judges, jury, ada.id),
			allow: some,
			deny: some,
		});
		const given = fc.record({
			roles: fc.subarray([judges, jury]),
			ofRoles: fc.tuple(some, some, some),
			overwrites: fc.uniqueArray(overwrite, { selector: ({ id }) => id }),
			type: fc.constantFrom(ChannelType.GuildText, ChannelType.GuildVoice, ChannelType.GuildStageVoice),
		});
		// The local Discord takes someone without any permission for no member.
		const least = bitsOf(["ChangeNickname"]);
		fc.assert(
			fc.property(given, ({ roles, ofRoles, overwrites, type }) => {
				const ids = [everyone, judges, jury];
				const all = ids.map((id, index) => ({ id, name: id, permissions: (ofRoles[index] ?? 0n) | least }));
				const typed = overwrites.map((one) => ({
					...one,
					type: one.id === ada.id ? OverwriteType.Member : OverwriteType.Role,
				}));
				const user: User = { id: ada.id, name: "ada", bot: false, hasApp: false };
				const theirs: Guild = {
					id: everyone,
					name: "Home",
					ownerId: "200000000000000009",
					roles: new Map(all.map((one) => [one.id, one])),
					members: new Map([[user.id, { user, roles: new Set(roles), joinedAt: now }]]),
				};
				const empty = { messages: new Map(), threads: new Map(), recipients: [], nsfw: false };
				const channel: Channel = { id: "3", type, name: "photos", guild: theirs, overwrites: typed, ...empty };
				const ours = permissionsIn(
					{
						id: everyone,
						owner_id: theirs.ownerId,
						roles: all.map((one) => ({ ...one, permissions: `${one.permissions}` })),
					},
					{ id: ada.id, roles },
					{
						type,
						permission_overwrites: typed.map((one) => ({ ...one, allow: `${one.allow}`, deny: `${one.deny}` })),
					},
					now,
				);
				expect(ours).toBe(channelPermissions(channel, user));
			}),
		);
	});
});
