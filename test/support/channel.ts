/** A channel of the bot in test/support/bot.ts, lived in as people do: photos posted, buttons pressed, reactions given. */
import type { Actor, ChannelRef, ChatEvent } from "../../src/chat/event.ts";
import { parseLabels } from "../../src/classify/labels.ts";
import { receive } from "../../src/handle/receive.ts";
import type { Settings } from "../../src/store/channel-settings.ts";
import { defaultLabelSet, type LabelSetContent } from "../../src/store/label-sets.ts";
import { controlsOf, type Post, type TestBot } from "./bot.ts";
import { choice, command, channel as general, imagesPosted, person, reaction } from "./events.ts";
import { photo } from "./models.ts";

export const moderator = person("mo", { canModerate: true });
const ada = person("ada");

export class TestChannel {
	readonly bot: TestBot;
	readonly ref: ChannelRef;
	#count = 0;

	constructor(bot: TestBot, name: string, workspace: string = general.workspace) {
		this.bot = bot;
		this.ref = { ...general, workspace, channel: name };
	}

	async setLabels(text: string, more: Partial<LabelSetContent> = {}): Promise<void> {
		const labels = parseLabels(text);
		await this.bot.store.labelSets.change(this.ref, () => ({ ...defaultLabelSet, labels, ...more }), "mo", new Date());
	}

	async autotag(autotag: Settings["autotag"]): Promise<void> {
		await this.bot.store.settings.change(this.ref, () => ({ autotag }));
	}

	/** Everything that follows from it has happened once this resolves. */
	async happens(...events: ChatEvent[]): Promise<void> {
		await Promise.all(events.map((event) => receive(event, this.bot.services)));
		await this.bot.idle();
	}

	/** Someone posts photos of test/fixtures/photos in a message. @returns the message */
	async post(names: string[], actor: Actor = ada, time = new Date()): Promise<string> {
		const message = `${this.ref.channel}-${++this.#count}`;
		for (const name of names) this.bot.platform.files.set(name, await photo(name));
		const attachments = names.map((name) => ({ id: name, url: `fake:${name}`, name }));
		await this.happens(imagesPosted(message, { ...this.ref, attachments, actor, time: time.toISOString() }));
		return message;
	}

	/** The bot's replies to a message, as they look now. */
	replies(message: string): Post[] {
		return this.bot.platform.posts.filter(
			({ event }) => event.channel === this.ref.channel && "message" in event && event.message === message,
		);
	}

	/** The bot's only reply to a message. */
	reply(message: string): Post {
		const [reply, another] = this.replies(message);
		if (!reply || another) throw new Error(`${this.replies(message).length} replies to ${message}`);
		return reply;
	}

	/** Runs a command. @returns the answer */
	async ask(name: string, options: Record<string, string> = {}, actor: Actor = ada): Promise<Post> {
		const key = `${this.ref.channel}-ask-${++this.#count}`;
		await this.happens(command(key, { ...this.ref, name, options, actor }));
		return this.reply(key);
	}

	/** The button with this label, or the option with it of a select. */
	control(post: Post, label: string): { control: string; values: string[] } {
		for (const control of controlsOf(post.view)) {
			if (control.kind === "button" && control.label === label) return { control: control.id, values: [] };
			const option = control.kind === "select" && control.options.find((each) => each.label === label);
			if (option) return { control: control.id, values: [option.id] };
		}
		throw new Error(`there is no “${label}” to press`);
	}

	async press(post: Post, label: string, actor: Actor = ada, fields: Record<string, string> = {}): Promise<void> {
		const { control, values } = this.control(post, label);
		await this.happens(choice(post.id, control, { ...this.ref, values, fields, actor }));
	}

	async react(message: string, emoji: string, actor: Actor = ada, added = true): Promise<void> {
		await this.happens(reaction(message, emoji, { ...this.ref, actor, added }));
	}
}
