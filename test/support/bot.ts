/** The bot with its real store, queue and model, on a chat platform in memory: the only fake. */
import { pino } from "pino";
import type { Actor, ChatEvent, MessageRef, PostedImages, WorkspaceRef } from "../../src/chat/event.ts";
import type { ChatPort } from "../../src/chat/port.ts";
import type { Block, Control, RichText, Span, View } from "../../src/chat/view.ts";
import { type Classifier, loadClassifier } from "../../src/classifier.ts";
import { parseConfig } from "../../src/config.ts";
import { imageErrors } from "../../src/errors.ts";
import { workerOf } from "../../src/handle/handle.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { createInProcessQueue } from "../../src/jobs/in-process.ts";
import { modelsDir } from "../../src/package-root.ts";
import type { Services } from "../../src/services.ts";
import { openStore } from "../../src/store/embedded-store.ts";
import type { Store } from "../../src/store/store.ts";

export interface Post {
	id: string;
	event: ChatEvent;
	/** As it looks now, after every edit. */
	view: View;
	marker: string;
}

/** What the platform saw, and how it can be made to fail. */
export class FakePlatform implements ChatPort {
	readonly platform = "local";
	readonly posts: Post[] = [];
	readonly progressTexts: string[] = [];
	readonly settledKeys: string[] = [];
	/** Every change of a post, in order. */
	readonly edits: { post: MessageRef; view: View }[] = [];
	/** The bot's own reactions that stand now, as `channel/message emoji`. */
	readonly reactions = new Set<string>();
	/** People's messages with images, in any order: what `history` gives out. */
	readonly past: PostedImages[] = [];
	/** Those of them that were deleted: not given out, and still a place to go on from. */
	readonly deleted = new Set<string>();
	/** Called before the history is given out; throw to refuse it. */
	beforeHistory: () => Promise<void> | void = () => {};
	/** The channels that someone can read. */
	canRead: (actor: Actor, workspace: WorkspaceRef) => string[] = () => [];
	/** Files by the attachment's id. */
	readonly files = new Map<string, Uint8Array>();
	/** Called before a reply is taken; throw to refuse it. */
	beforeReply: () => Promise<void> | void = () => {};
	/** Called after a reply was taken and before the bot learns of it; throw to lose the answer. */
	afterReply: () => Promise<void> | void = () => {};

	async reply(event: ChatEvent, view: View, marker: string): Promise<string> {
		await this.beforeReply();
		const id = `post-${this.posts.length + 1}`;
		this.posts.push({ id, event, view, marker });
		await this.afterReply();
		return id;
	}

	async findReply(_event: ChatEvent, marker: string): Promise<string | undefined> {
		return this.posts.find((post) => post.marker === marker)?.id;
	}

	async edit(post: MessageRef, view: View): Promise<void> {
		this.edits.push({ post, view });
		const posted = this.posts.find(({ id }) => id === post.message);
		if (posted) posted.view = view;
	}

	async react({ channel, message }: MessageRef, emoji: string, added: boolean): Promise<void> {
		const reaction = `${channel}/${message} ${emoji}`;
		if (added) this.reactions.add(reaction);
		else this.reactions.delete(reaction);
	}

	async readable(actor: Actor, workspace: WorkspaceRef): Promise<string[]> {
		return this.canRead(actor, workspace);
	}

	async linkTo({ workspace, channel, message }: MessageRef): Promise<string> {
		return `https://chat.test/${workspace}/${channel}/${message}`;
	}

	/** Delete it, and the platform doesn't allow it. */
	history?: NonNullable<ChatPort["history"]> = async ({ workspace, channel }, before, limit) => {
		await this.beforeHistory();
		const messages = this.past
			.filter((posted) => posted.workspace === workspace && posted.channel === channel)
			.sort((a, b) => b.time.localeCompare(a.time));
		const first = before === undefined ? 0 : messages.findIndex(({ message }) => message === before) + 1;
		return messages
			.slice(first)
			.filter(({ message }) => !this.deleted.has(message))
			.slice(0, limit);
	};

	/** Set it, and something keeps the bot from seeing or answering images. */
	hindrance?: NonNullable<ChatPort["hindrance"]>;

	async progress(_event: ChatEvent, text: string): Promise<void> {
		this.progressTexts.push(text);
	}

	async readAttachment({ id }: { id: string }): Promise<Uint8Array> {
		const bytes = this.files.get(id);
		if (!bytes) throw imageErrors.empty();
		return bytes;
	}

	async settled(event: ChatEvent): Promise<void> {
		this.settledKeys.push(event.key);
	}
}

export interface TestBot {
	services: Services;
	platform: FakePlatform;
	store: Store;
	/** Waits until nothing waits or runs. */
	idle(): Promise<void>;
	close(): Promise<void>;
}

let shared: Promise<Classifier> | undefined;
/** The starter, loaded once a test file. */
export function starter(): Promise<Classifier> {
	shared ??= loadClassifier({
		model: "starter",
		modelsDir,
		dataDir: "nowhere",
		device: "cpu",
		onFallback: () => {},
	});
	return shared;
}

export async function startBot(classifier?: Classifier, log = pino({ level: "silent" })): Promise<TestBot> {
	const store = await openStore(undefined);
	const platform = new FakePlatform();
	const now = () => new Date();
	const jobs = createInProcessQueue({ intake: store.intake, concurrency: 32, now, log, retry: { base: 1 } });
	const services: Services = {
		config: parseConfig({}),
		log,
		ports: { local: platform },
		store,
		jobs,
		classifier: classifier ?? (await starter()),
		metrics: createMetrics(),
		now,
		close: async () => {
			await jobs.stop();
			await store.close();
		},
	};
	await jobs.start(workerOf(services));
	return {
		services,
		platform,
		store,
		async idle() {
			for (let size = await jobs.size(); size.waiting + size.running > 0; size = await jobs.size()) {
				await new Promise((resolve) => setTimeout(resolve, 2));
			}
		},
		close: services.close,
	};
}

/** Every piece of text that a view shows, in order. */
export function textOf(view: View | undefined): string {
	return (view?.blocks ?? []).map(blockText).join("\n");
}

/** Everything in a view that can be pressed or picked, in order. */
export function controlsOf(view: View | undefined): Control[] {
	return (view?.blocks ?? []).flatMap(blockControls);
}

function blockControls(block: Block): Control[] {
	if (block.kind === "details") return block.blocks.flatMap(blockControls);
	return block.kind === "controls" || block.kind === "scores" ? (block.controls ?? []) : [];
}

function blockText(block: Block): string {
	switch (block.kind) {
		case "text":
		case "note":
			return rich(block.text);
		case "error":
			return [block.title && rich(block.title), rich(block.text)].filter(Boolean).join(": ");
		case "scores": {
			const rows = block.rows.map(({ emoji, label }) => (emoji ? `${emoji} ${label}` : label));
			const { title, headline, note, votes } = block;
			return [
				title && rich(title),
				headline && rich(headline),
				...rows,
				block.more ? `and ${block.more} more` : "",
				note && rich(note),
				votes && rich(votes),
				...(block.controls ?? []).map(controlText),
			]
				.filter(Boolean)
				.join("\n");
		}
		case "table":
			return [block.head, ...block.rows].map((row) => row.join(" | ")).join("\n");
		case "details":
			return [block.summary, ...block.blocks.map(blockText)].join("\n");
		case "controls":
			return block.controls.map(controlText).join("\n");
		case "gallery":
			return block.items.map(({ attachment, caption }) => `${attachment.name}: ${rich(caption)}`).join("\n");
		case "picture":
			return block.alt;
		case "file":
			return block.name;
	}
}

function controlText(control: Control): string {
	if (control.kind === "select") return `[${control.placeholder}]`;
	return `[${[control.emoji, control.label].filter(Boolean).join(" ")}]`;
}

function rich(text: RichText): string {
	return text.map(spanText).join("");
}

function spanText(span: Span): string {
	if (typeof span === "string") return span;
	if ("person" in span) return `@${span.person}`;
	if ("link" in span) return span.text;
	return Object.values(span).join("");
}
