/** Servers as tests set them up: channels, roles, members, the bot. */
import { ChannelType, GatewayDispatchEvents, OverwriteType } from "discord.js";
import { removeChannel } from "./messages.ts";
import type { Person } from "./people.ts";
import { bitsOf, EVERYONE, type PermissionName } from "./permissions.ts";
import type { Channel, Guild, Overwrite, Role } from "./records.ts";
import { channelJson, guildCreateJson } from "./wire.ts";
import type { World } from "./world.ts";

export interface GuildOptions {
	name?: string;
	/** What everyone may do; default `EVERYONE`. */
	everyone?: readonly PermissionName[];
	/** Whether the bot is a member; default: it is. */
	bot?: boolean;
	/** What it was invited with, beyond what everyone may: names, or an invitation's integer. */
	botPermissions?: readonly PermissionName[] | bigint;
}

/** For `everyone`, `bot`, or someone or a role by name. */
export type Overwrites = Record<string, { allow?: readonly PermissionName[]; deny?: readonly PermissionName[] }>;

export interface ChannelOptions {
	/** Default: a text channel. */
	type?: ChannelType;
	nsfw?: boolean;
	overwrites?: Overwrites;
}

export interface MemberOptions {
	/** Names of roles that were added. */
	roles?: readonly string[];
	/** Of a role of their own. */
	permissions?: readonly PermissionName[];
	bot?: boolean;
}

export class Server {
	readonly guild: Guild;
	readonly #world: World;
	readonly #personNamed: (name: string, bot: boolean) => Person;

	constructor(
		world: World,
		{ name = "Home", everyone = EVERYONE, bot = true, botPermissions = [] }: GuildOptions,
		personNamed: (name: string, bot: boolean) => Person,
	) {
		this.#world = world;
		this.#personNamed = personNamed;
		const id = world.nextId();
		const roles = new Map([[id, { id, name: "@everyone", permissions: bitsOf(everyone) }]]);
		const owner = world.addUser("owner");
		this.guild = { id, name, ownerId: owner.id, roles, members: new Map() };
		this.guild.members.set(owner.id, { user: owner, roles: new Set(), joinedAt: world.now() });
		world.guilds.set(id, this.guild);
		if (bot) this.addBot(botPermissions);
	}

	get id(): string {
		return this.guild.id;
	}

	/** Takes the bot in, with what its invitation asks for. */
	addBot(permissions: readonly PermissionName[] | bigint = []): void {
		const role = this.addRole("tagalong", typeof permissions === "bigint" ? [] : permissions);
		if (typeof permissions === "bigint") role.permissions = permissions;
		this.guild.members.set(this.#world.bot.id, {
			user: this.#world.bot,
			roles: new Set([role.id]),
			joinedAt: this.#world.now(),
		});
		this.#world.onDispatch({
			type: GatewayDispatchEvents.GuildCreate,
			data: () => guildCreateJson(this.#world, this.guild),
		});
	}

	removesBot(): void {
		this.guild.members.delete(this.#world.bot.id);
		this.#world.onDispatch({ type: GatewayDispatchEvents.GuildDelete, data: () => ({ id: this.id }) });
	}

	addRole(name: string, permissions: readonly PermissionName[]): Role {
		const role: Role = { id: this.#world.nextId(), name, permissions: bitsOf(permissions) };
		this.guild.roles.set(role.id, role);
		return role;
	}

	/** @param who a new person's name, or someone who is in other servers already */
	addMember(who: string | Person, { roles = [], permissions = [], bot = false }: MemberOptions = {}): Person {
		const person = typeof who === "string" ? this.#personNamed(who, bot) : who;
		const ids = roles.map((name) => this.#role(name).id);
		if (permissions.length > 0) ids.push(this.addRole(`${person.user.name}'s`, permissions).id);
		const member = { user: person.user, roles: new Set(ids), joinedAt: this.#world.now() };
		this.guild.members.set(person.id, member);
		return person;
	}

	addChannel(
		name: string,
		{ type = ChannelType.GuildText, nsfw = false, overwrites = {} }: ChannelOptions = {},
	): Channel {
		const channel = this.#world.addChannel({ name, type, nsfw, guild: this.guild });
		this.setOverwrites(channel, overwrites);
		const created = GatewayDispatchEvents.ChannelCreate;
		this.#world.dispatch(created, channel, () => channelJson(this.#world, channel));
		return channel;
	}

	/** From now on; those that it had are gone. */
	setOverwrites(channel: Channel, overwrites: Overwrites): void {
		const set = Object.entries(overwrites).map(([who, { allow = [], deny = [] }]) => {
			return { ...this.#overwritten(who), allow: bitsOf(allow), deny: bitsOf(deny) };
		});
		channel.overwrites.splice(0, Infinity, ...set);
	}

	removesChannel(channel: Channel): void {
		removeChannel(this.#world, channel);
	}

	#overwritten(who: string): Pick<Overwrite, "id" | "type"> {
		if (who === "everyone") return { id: this.id, type: OverwriteType.Role };
		if (who === "bot") return { id: this.#world.bot.id, type: OverwriteType.Member };
		const member = [...this.guild.members.values()].find(({ user }) => user.name === who);
		return member
			? { id: member.user.id, type: OverwriteType.Member }
			: { id: this.#role(who).id, type: OverwriteType.Role };
	}

	#role(name: string): Role {
		const role = [...this.guild.roles.values()].find((one) => one.name === name);
		if (!role) throw new Error(`${this.guild.name} has no role or member "${name}"`);
		return role;
	}
}
