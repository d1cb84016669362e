/** All that exists in the local Discord, and who is told when it changes. */
import { ChannelType, type GatewayDispatchEvents } from "discord.js";
import sharp from "sharp";
import type { Cdn } from "./cdn.ts";
import { may } from "./permissions.ts";
import type { Channel, Guild, Message, StoredFile, ThreadState, Upload, User } from "./records.ts";
import { createSnowflakes } from "./snowflakes.ts";

/** Something that the gateway tells of. */
export interface Dispatch {
	type: GatewayDispatchEvents;
	/** Told only to who can see it. */
	channel?: Channel;
	/** @param contentShown whether what people write may be seen by any bot */
	data(contentShown: boolean): unknown;
}

const TYPES: Record<string, string> = {
	png: "image/png",
	jpg: "image/jpeg",
	jpeg: "image/jpeg",
	gif: "image/gif",
	webp: "image/webp",
	mp4: "video/mp4",
	txt: "text/plain; charset=utf-8",
	csv: "text/csv; charset=utf-8",
	json: "application/json; charset=utf-8",
};

export class World {
	readonly now: () => Date;
	readonly cdn: Cdn;
	readonly nextId: () => string;
	readonly users = new Map<string, User>();
	readonly guilds = new Map<string, Guild>();
	/** Threads and conversations too. */
	readonly channels = new Map<string, Channel>();
	readonly appId: string;
	readonly bot: User;
	/** Whether the app has the Message Content intent, as its page in the developer portal says. */
	messageContent = true;
	/** Whether bodies are held to `checkBody`, which refuses fields that Discord itself would overlook. */
	checksBodies = true;
	onDispatch: (dispatch: Dispatch) => void = () => {};

	constructor(now: () => Date, cdn: Cdn) {
		this.now = now;
		this.cdn = cdn;
		this.nextId = createSnowflakes(now);
		this.bot = this.addUser("tagalong", true);
		this.appId = this.bot.id;
	}

	dispatch(type: GatewayDispatchEvents, channel: Channel, data: Dispatch["data"]): void {
		this.onDispatch({ type, channel, data });
	}

	addUser(name: string, bot = false): User {
		const user: User = { id: this.nextId(), name, bot, hasApp: false };
		this.users.set(user.id, user);
		return user;
	}

	/** @param fields those that the kind of channel has */
	addChannel(fields: Pick<Channel, "type" | "name"> & Partial<Channel>): Channel {
		const channel: Channel = {
			id: this.nextId(),
			overwrites: [],
			nsfw: false,
			recipients: [],
			messages: new Map(),
			threads: new Map(),
			...fields,
		};
		this.channels.set(channel.id, channel);
		return channel;
	}

	/** A thread under `parent`. @param id that of the message that it hangs from */
	addThread(parent: Channel, name: string, owner: User, options: ThreadOptions = {}): Channel {
		const { id = this.nextId(), type = ChannelType.PublicThread, autoArchiveMinutes = 4320 } = options;
		const thread: ThreadState = {
			ownerId: owner.id,
			autoArchiveMinutes,
			archived: false,
			locked: false,
			archivedAt: this.now(),
			members: new Set([owner.id]),
		};
		const channel = this.addChannel({ id, type, name, parent, thread, ...(parent.guild && { guild: parent.guild }) });
		parent.threads.set(channel.id, channel);
		return channel;
	}

	/** The conversation of the bot with someone, or of some people with each other. */
	conversation(recipients: readonly User[]): Channel {
		const ids = recipients.map(({ id }) => id);
		for (const channel of this.channels.values()) {
			const others = channel.recipients;
			if (others.length === ids.length && others.every(({ id }) => ids.includes(id))) return channel;
		}
		const type = recipients.length > 2 ? ChannelType.GroupDM : ChannelType.DM;
		return this.addChannel({ type, name: "", recipients });
	}

	channelsOf(guild: Guild): Channel[] {
		return [...this.channels.values()].filter((channel) => channel.guild === guild);
	}

	isBotIn(guild: Guild): boolean {
		return guild.members.has(this.bot.id);
	}

	botSees(channel: Channel): boolean {
		return may(channel, this.bot, "ViewChannel");
	}

	message(id: string): Message | undefined {
		for (const { messages } of this.channels.values()) {
			const message = messages.get(id);
			if (message) return message;
		}
		return undefined;
	}

	/** @param ephemeral handed over with a command, posted nowhere */
	async storeFile(channel: Channel, upload: Upload, ephemeral = false): Promise<StoredFile> {
		const id = this.nextId();
		const name = upload.name.replaceAll(/\s/g, "_");
		const type = TYPES[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? upload.type;
		const size = type?.startsWith("image/") ? await sizeOf(upload.bytes) : {};
		const folder = ephemeral ? "ephemeral-attachments" : "attachments";
		const path = `/${folder}/${channel.id}/${id}/${name}`;
		const { bytes, description } = upload;
		const file: StoredFile = { id, name, bytes, type, path, ephemeral, ...size, ...(description && { description }) };
		this.cdn.files.set(path, file);
		return file;
	}
}

export interface ThreadOptions {
	id?: string;
	type?: ChannelType;
	autoArchiveMinutes?: number;
}

async function sizeOf(bytes: Uint8Array): Promise<{ width?: number; height?: number }> {
	try {
		const { width, height } = await sharp(bytes).metadata();
		return { width, height };
	} catch {
		// What only claims to be an image has no size.
		return {};
	}
}
