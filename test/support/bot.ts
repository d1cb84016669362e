/** The bot with its real store, queue and model, on a chat platform in memory: the only fake. */
import { pino } from "pino";
import type { ChatEvent } from "../../src/chat/event.ts";
import type { ChatPort } from "../../src/chat/port.ts";
import type { Block, View } from "../../src/chat/view.ts";
import { type Classifier, loadClassifier } from "../../src/classifier.ts";
import { parseConfig } from "../../src/config.ts";
import { imageErrors } from "../../src/errors.ts";
import { workerOf } from "../../src/handle/handle.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { createInProcessQueue } from "../../src/jobs/in-process.ts";
import { modelsDir } from "../../src/package-root.ts";
import type { Services } from "../../src/services.ts";
import { openStore, type Store } from "../../src/store/store.ts";

export interface Post {
	id: string;
	event: ChatEvent;
	view: View;
	marker: string;
}

/** What the platform saw, and how it can be made to fail. */
export class FakePlatform implements ChatPort {
	readonly platform = "local";
	readonly posts: Post[] = [];
	readonly progressTexts: string[] = [];
	readonly settledKeys: string[] = [];
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

export async function startBot(classifier?: Classifier): Promise<TestBot> {
	const store = await openStore(undefined);
	const platform = new FakePlatform();
	const log = pino({ level: "silent" });
	const now = () => new Date();
	const jobs = createInProcessQueue({ intake: store.intake, concurrency: 4, now, log, retry: { base: 1 } });
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
			while (jobs.size().waiting + jobs.size().running > 0) await new Promise((resolve) => setTimeout(resolve, 2));
		},
		close: services.close,
	};
}

/** Every piece of text that a view shows, in order. */
export function textOf(view: View | undefined): string {
	return (view?.blocks ?? []).map(blockText).join("\n");
}

function blockText(block: Block): string {
	const rich = (spans: readonly unknown[] = []) =>
		spans.map((span) => (typeof span === "string" ? span : Object.values(span as object).join(""))).join("");
	switch (block.kind) {
		case "text":
		case "note":
			return rich(block.text);
		case "error":
			return [block.title && rich(block.title), rich(block.text)].filter(Boolean).join(": ");
		case "scores": {
			const rows = block.rows.map(({ emoji, label }) => (emoji ? `${emoji} ${label}` : label));
			return [block.title && rich(block.title), ...rows, block.more ? `and ${block.more} more` : ""]
				.filter(Boolean)
				.join("\n");
		}
		case "table":
			return [block.head, ...block.rows].map((row) => row.join(" | ")).join("\n");
		case "details":
			return [block.summary, ...block.blocks.map(blockText)].join("\n");
	}
}
