/** What the local Discord keeps: people, servers, channels, messages and files. */
import {
	type APIEmbed,
	type APIMessageTopLevelComponent,
	ChannelType,
	type MessageType,
	type OverwriteType,
	type Snowflake,
} from "discord.js";

export interface User {
	readonly id: Snowflake;
	readonly name: string;
	readonly bot: boolean;
	/** Whether they have installed the app for themselves. */
	hasApp: boolean;
}

export interface Role {
	readonly id: Snowflake;
	readonly name: string;
	permissions: bigint;
}

export interface Member {
	readonly user: User;
	readonly roles: Set<Snowflake>;
	readonly joinedAt: Date;
}

export interface Overwrite {
	readonly id: Snowflake;
	readonly type: OverwriteType;
	allow: bigint;
	deny: bigint;
}

export interface Guild {
	readonly id: Snowflake;
	readonly name: string;
	readonly ownerId: Snowflake;
	/** That of everyone has the server's own id. */
	readonly roles: Map<Snowflake, Role>;
	readonly members: Map<Snowflake, Member>;
}

/** What a thread has beyond a channel. */
export interface ThreadState {
	readonly ownerId: Snowflake;
	autoArchiveMinutes: number;
	archived: boolean;
	locked: boolean;
	archivedAt: Date;
	readonly members: Set<Snowflake>;
}

/** A channel of a server, a thread, or a conversation of `recipients`. */
export interface Channel {
	readonly id: Snowflake;
	readonly type: ChannelType;
	name: string;
	readonly guild?: Guild;
	/** The channel that a thread or forum post is in. */
	readonly parent?: Channel;
	readonly thread?: ThreadState;
	readonly overwrites: Overwrite[];
	readonly nsfw: boolean;
	/** Those who talk in it, where it belongs to no server. */
	readonly recipients: readonly User[];
	/** Oldest first. */
	readonly messages: Map<Snowflake, Message>;
	/** Threads that hang from it, by id. */
	readonly threads: Map<Snowflake, Channel>;
}

export interface StoredFile {
	readonly id: Snowflake;
	readonly name: string;
	readonly bytes: Uint8Array;
	readonly type: string | undefined;
	readonly width?: number;
	readonly height?: number;
	readonly description?: string;
	/** Where it lies on the CDN. */
	readonly path: string;
	readonly ephemeral: boolean;
}

/** Fields of a message that tests set as they are sent, such as embeds with pictures or stickers. */
export type MoreOfMessage = Record<string, unknown>;

/** A message as it is now. */
export class Message {
	readonly id: Snowflake;
	readonly channel: Channel;
	readonly author: User;
	readonly type: MessageType;
	content = "";
	embeds: APIEmbed[] = [];
	components: APIMessageTopLevelComponent[] = [];
	files: StoredFile[] = [];
	/** `MessageFlags`. */
	flags = 0;
	/** Those it notifies. */
	mentions: User[] = [];
	mentionedRoles: Snowflake[] = [];
	mentionsEveryone = false;
	nonce?: string | number;
	editedAt?: Date;
	/** The message that it answers, which may be gone. */
	replyTo?: { id: Snowflake; message: Message | undefined };
	/** By emoji: unicode, or `name:id`. */
	readonly reactions = new Map<string, Set<Snowflake>>();
	/** The only person who sees it. */
	visibleTo?: Snowflake;
	/** Given where an interaction's webhook wrote it. */
	fromInteraction?: object;
	more: MoreOfMessage = {};
	deleted = false;

	constructor(id: Snowflake, channel: Channel, author: User, type: MessageType) {
		this.id = id;
		this.channel = channel;
		this.author = author;
		this.type = type;
	}

	/** The thread that hangs from it, if there is one. */
	thread(): Channel | undefined {
		return this.channel.threads.get(this.id);
	}

	/** How many reacted with each emoji: `{ "👍": 2 }`. */
	reactionCounts(): Record<string, number> {
		return Object.fromEntries([...this.reactions].map(([emoji, users]) => [emoji, users.size]));
	}
}

/** A file as someone hands it over. */
export interface Upload {
	name: string;
	bytes: Uint8Array;
	/** As its sender claims. */
	type?: string;
	description?: string;
}

export function isThread(channel: Channel): boolean {
	return channel.thread !== undefined;
}

export function isForum(channel: Channel): boolean {
	return channel.type === ChannelType.GuildForum || channel.type === ChannelType.GuildMedia;
}
