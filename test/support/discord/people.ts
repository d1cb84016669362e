/** People as tests tell of them: they post, react, run commands and press buttons, and may no more than Discord lets them. */
import {
	type APIModalInteractionResponseCallbackData,
	ApplicationCommandType,
	ChannelType,
	ComponentType,
	InteractionType,
	MessageType,
} from "discord.js";
import { findCommand, type OptionValue, ownersOf, shortcutData, slashData } from "./command-data.ts";
import type { Asked, Interaction } from "./interaction.ts";
import type { Interactions } from "./interactions.ts";
import { setMentions } from "./message-body.ts";
import { changed, clearReactions, draft, openThread, post, react, remove, removeAll } from "./messages.ts";
import { may, type PermissionName } from "./permissions.ts";
import { buttonsOf, fieldsOf, selectsOf } from "./reading.ts";
import {
	type Channel,
	isForum,
	isThread,
	type Message,
	type MoreOfMessage,
	type Upload,
	type User,
} from "./records.ts";
import type { Commands } from "./rest-commands.ts";
import { emojiKey } from "./rest-reactions.ts";
import type { World } from "./world.ts";

/** What someone writes. */
export interface Post {
	text?: string;
	files?: readonly Upload[];
	/** Names the bot before the text. */
	mention?: boolean;
	replyTo?: Message;
	/** Of the thread that a post in a forum opens. */
	title?: string;
	/** More fields as they are sent, such as embeds, stickers or snapshots. */
	more?: MoreOfMessage;
}

export class Person {
	readonly user: User;
	readonly #world: World;
	readonly #interactions: Interactions;
	readonly #commands: Commands;

	constructor(user: User, world: World, interactions: Interactions, commands: Commands) {
		this.user = user;
		this.#world = world;
		this.#interactions = interactions;
		this.#commands = commands;
	}

	get id(): string {
		return this.user.id;
	}

	/** Installs the app for themselves: it comes along wherever they are. */
	installs(): void {
		this.user.hasApp = true;
	}

	uninstalls(): void {
		this.user.hasApp = false;
	}

	/** Their conversation with the bot. */
	dm(): Channel {
		return this.#world.conversation([this.user, this.#world.bot]);
	}

	/** What they see in a channel, oldest first, what is shown to them alone included. */
	sees(channel: Channel): Message[] {
		const isSeen = ({ visibleTo }: Message) => visibleTo === undefined || visibleTo === this.id;
		return may(channel, this.user, "ViewChannel") ? [...channel.messages.values()].filter(isSeen) : [];
	}

	/** In a forum it opens a thread. */
	async posts(channel: Channel, { text = "", files = [], mention, replyTo, title, more = {} }: Post): Promise<Message> {
		this.#need(channel, isThread(channel) ? "SendMessagesInThreads" : "SendMessages");
		if (files.length > 0) this.#need(channel, "AttachFiles");
		if (channel.thread?.locked) throw new Error(`${channel.name} is locked`);
		const stored = await Promise.all(files.map((file) => this.#world.storeFile(channel, file)));
		const place = isForum(channel) ? openThread(this.#world, channel, title ?? "A post", this.user) : channel;
		const type = replyTo ? MessageType.Reply : MessageType.Default;
		const message = draft(this.#world, place, this.user, type, place === channel ? undefined : place.id);
		message.content = mention ? `<@${this.#world.bot.id}> ${text}`.trim() : text;
		message.files = stored;
		message.more = more;
		if (replyTo) message.replyTo = { id: replyTo.id, message: replyTo };
		setMentions(this.#world, message);
		return post(this.#world, message);
	}

	/** A thread without a message to hang from. */
	opensThread(channel: Channel, name: string, isPrivate = false): Channel {
		this.#need(channel, isPrivate ? "CreatePrivateThreads" : "CreatePublicThreads");
		const type = isPrivate ? ChannelType.PrivateThread : ChannelType.PublicThread;
		return openThread(this.#world, channel, name, this.user, { type });
	}

	/** Changes the text of their message. */
	edits(message: Message, text: string): void {
		if (message.author !== this.user) throw new Error(`${this.user.name} didn't write that`);
		message.content = text;
		message.editedAt = this.#world.now();
		setMentions(this.#world, message);
		changed(this.#world, message);
	}

	/** Several of one channel are deleted in one go, as moderators' tools do. */
	deletes(...messages: Message[]): void {
		for (const { author, channel } of messages) if (author !== this.user) this.#need(channel, "ManageMessages");
		const [first, ...more] = messages;
		if (more.length > 0) removeAll(this.#world, messages);
		else if (first) remove(this.#world, first);
	}

	/** @param emoji unicode, or `name:id` */
	reacts(message: Message, emoji: string): void {
		this.#need(message.channel, "ReadMessageHistory");
		if (!message.reactions.has(emoji)) this.#need(message.channel, "AddReactions");
		if (message.deleted || !this.#isVisible(message)) throw new Error("That message can't be reacted to");
		if (emojiKey(emoji) === undefined) throw new Error(`${emoji} is no emoji`);
		react(this.#world, message, this.user, emoji, true);
	}

	unreacts(message: Message, emoji: string): void {
		react(this.#world, message, this.user, emoji, false);
	}

	/** Takes everyone's reactions off a message, as moderators may. @param emoji only those of this one */
	clearsReactions(message: Message, emoji?: string): void {
		this.#need(message.channel, "ManageMessages");
		clearReactions(this.#world, message, emoji);
	}

	/**
	 * Runs a slash command and waits for its first answer.
	 * @param name with its subcommand: `labels set`
	 * @throws Error if Discord's own client wouldn't offer or send it
	 */
	async runs(name: string, options: Readonly<Record<string, OptionValue>>, channel: Channel): Promise<Interaction> {
		return await this.#slash(InteractionType.ApplicationCommand, name, options, channel);
	}

	/** Types into an option that completes, and waits for what is offered: `interaction.choices`. */
	async types(
		name: string,
		option: string,
		text: string,
		channel: Channel,
		others: Readonly<Record<string, OptionValue>> = {},
	): Promise<Interaction> {
		const options = { ...others, [option]: text };
		return await this.#slash(InteractionType.ApplicationCommandAutocomplete, name, options, channel, option);
	}

	async #slash(
		type: InteractionType,
		name: string,
		options: Readonly<Record<string, OptionValue>>,
		channel: Channel,
		focused?: string,
	): Promise<Interaction> {
		const [first = "", ...words] = name.split(" ");
		const command = findCommand(this.#commands, channel, first, ApplicationCommandType.ChatInput);
		const using = { world: this.#world, user: this.user, channel };
		const owners = ownersOf(using, command);
		const data = await slashData(using, command, words, options, focused);
		return await this.#ask({ type, channel, data, owners });
	}

	/** Uses a message's shortcut, by its name in the menu. */
	async uses(name: string, message: Message): Promise<Interaction> {
		const { channel } = message;
		if (!this.#isVisible(message)) throw new Error(`${this.user.name} doesn't see that message`);
		const command = findCommand(this.#commands, channel, name, ApplicationCommandType.Message);
		const owners = ownersOf({ world: this.#world, user: this.user, channel }, command);
		const data = shortcutData(this.#world, command, message);
		return await this.#ask({ type: InteractionType.ApplicationCommand, channel, data, owners });
	}

	/** @param button its custom id, label or emoji */
	async presses(message: Message, button: string): Promise<Interaction> {
		const found = buttonsOf(message).filter(({ customId, label, emoji }) => [customId, label, emoji].includes(button));
		const [one] = found;
		if (!one || found.length > 1) {
			throw new Error(`${found.length} buttons are "${button}": ${JSON.stringify(buttonsOf(message))}`);
		}
		if (one.disabled) throw new Error(`${button} is disabled`);
		return await this.#useComponent(message, { component_type: ComponentType.Button, custom_id: one.customId });
	}

	/** @param values of options, or their labels */
	async picks(message: Message, customId: string, values: readonly string[]): Promise<Interaction> {
		const select = selectsOf(message).find((one) => one.customId === customId);
		if (!select || select.disabled)
			throw new Error(`There is no select ${customId}: ${JSON.stringify(selectsOf(message))}`);
		const picked = values.map((value) => {
			const option = select.options.find((one) => one.value === value || one.label === value);
			if (!option) throw new Error(`${customId} has no option "${value}": ${JSON.stringify(select.options)}`);
			return option.value;
		});
		if (picked.length < select.minValues || picked.length > select.maxValues)
			throw new Error(`${picked.length} can't be picked`);
		const about = { component_type: ComponentType.StringSelect, custom_id: customId, values: picked };
		return await this.#useComponent(message, about);
	}

	async #useComponent(message: Message, data: object): Promise<Interaction> {
		if (message.deleted || !this.#isVisible(message)) throw new Error(`${this.user.name} doesn't see that message`);
		const { channel } = message;
		const owners = this.#ownersOf(message);
		return await this.#ask({ type: InteractionType.MessageComponent, channel, data, on: message, owners });
	}

	/** Fills in the dialog that an interaction of theirs was answered with, by the fields' custom ids, and sends it. */
	async submits(opened: Interaction, fields: Readonly<Record<string, string>>): Promise<Interaction> {
		const { modal, asked } = opened;
		if (!modal || asked.user !== this.user) throw new Error(`${this.user.name} was shown no dialog`);
		const { channel, on, owners } = asked;
		const data = { custom_id: modal.custom_id, components: filled(modal, fields) };
		return await this.#ask({ type: InteractionType.ModalSubmit, channel, data, owners, ...(on && { on }) });
	}

	async #ask(asked: Omit<Asked, "user">): Promise<Interaction> {
		return await this.#interactions.ask({ ...asked, user: this.user });
	}

	/** Components belong to the installations that the message with them came by. */
	#ownersOf({ fromInteraction, channel }: Message): Record<string, string> {
		if (!fromInteraction) return { 0: channel.guild?.id ?? "0" };
		// Made by interactionMetadata.
		return (fromInteraction as { authorizing_integration_owners: Record<string, string> })
			.authorizing_integration_owners;
	}

	#isVisible({ channel, visibleTo }: Message): boolean {
		return may(channel, this.user, "ViewChannel") && (visibleTo === undefined || visibleTo === this.id);
	}

	#need(channel: Channel, permission: PermissionName): void {
		if (!may(channel, this.user, permission))
			throw new Error(`${this.user.name} lacks ${permission} in ${channel.name}`);
	}
}

function filled(
	{ components }: APIModalInteractionResponseCallbackData,
	fields: Readonly<Record<string, string>>,
): unknown {
	const asked = components.flatMap((row) => fieldsOf({ title: "", custom_id: "", components: [row] }));
	const unknown = Object.keys(fields).find((name) => !asked.some(({ customId }) => customId === name));
	if (unknown !== undefined) throw new Error(`The dialog has no field "${unknown}": ${JSON.stringify(asked)}`);
	for (const { customId, required, minLength, maxLength } of asked) {
		const { length } = fields[customId] ?? "";
		if (required && length === 0) throw new Error(`The dialog needs ${customId}`);
		if (length > 0 && (length < minLength || length > maxLength))
			throw new Error(`${customId} can't be ${length} long`);
	}
	return JSON.parse(JSON.stringify(components), (_, value) => {
		if (value?.type !== ComponentType.TextInput) return value;
		const { type, id, custom_id } = value;
		return { type, id, custom_id, value: fields[custom_id] ?? value.value ?? "" };
	});
}
