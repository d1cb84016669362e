/** A busy channel: images that are posted, commands with an image, and votes on what the bot answers. */
import PQueue from "p-queue";
import type { ChannelRef, ChatEvent, ChoiceEvent, CommandEvent, ImagesPostedEvent } from "../../src/chat/event.ts";
import type { Block } from "../../src/chat/view.ts";
import { type DistributedShape, PHOTOS } from "../support/distributed-shape.ts";
import type { ServedPost } from "../support/fake-platform-server.ts";
import type { Route } from "../support/platform-deliveries.ts";

export const LABELS = ["cat", "dog", "rocket", "flower"];
/** People who vote on a reply, all for the same. */
export const VOTERS = 4;

/** What each ten events are: four messages with images, one of them with two, and two commands; four votes follow. */
const PATTERN = ["voted", "two images", "command", "image", "image", "command"] as const;
export const EVENTS_A_ROUND = PATTERN.length + VOTERS;
/** Deliveries at once. */
const AT_ONCE = 8;

export type Answered = ImagesPostedEvent | CommandEvent;

export interface Traffic {
	/** Messages that wait for an answer. */
	messages: Answered[];
	/** Those that are voted on once they are answered. */
	voted: Set<string>;
	votes: ChoiceEvent[];
	/** Events that the platform has had acknowledged. */
	readonly acknowledged: number;
	/** Nothing more is sent from now on. */
	end(): void;
}

/** Begins to send `count` events, a multiple of `EVENTS_A_ROUND`; votes follow their reply at once. */
export function startTraffic(
	shape: DistributedShape,
	channel: ChannelRef,
	count: number,
	route: (event: ChatEvent) => Route,
): Traffic {
	const queue = new PQueue({ concurrency: AT_ONCE });
	const votes: ChoiceEvent[] = [];
	const voted = new Set<string>();
	let acknowledged = 0;
	const send = (event: ChatEvent) =>
		void queue.add(async () => {
			await shape.deliveries.deliver(event, route(event));
			acknowledged++;
		});

	shape.platform.onPost = ({ id, event, view }) => {
		if (event.kind !== "images-posted" || !voted.has(event.message) || !sameChannel(event, channel)) return;
		// A reply that is posted twice is voted on once.
		if (votes.some((vote) => vote.control.split("|")[1] === event.message)) return;
		const ofReply = Array.from({ length: VOTERS }, (_, voter) => vote(channel, id, view.blocks, voter));
		votes.push(...ofReply);
		for (const each of ofReply) send(each);
	};
	const messages: Answered[] = [];
	for (let number = 0; number < (count / EVENTS_A_ROUND) * PATTERN.length; number++) {
		const kind = PATTERN[number % PATTERN.length];
		const message = `message-${number}`;
		if (kind === "voted") voted.add(message);
		messages.push(
			kind === "command" ? command(channel, message) : imagesPosted(channel, message, kind === "two images" ? 2 : 1),
		);
	}
	for (const message of messages) send(message);
	return {
		messages,
		voted,
		votes,
		get acknowledged() {
			return acknowledged;
		},
		end() {
			shape.platform.onPost = () => {};
			queue.clear();
		},
	};
}

function sameChannel(a: ChannelRef, b: ChannelRef): boolean {
	return a.channel === b.channel && a.workspace === b.workspace && a.platform === b.platform;
}

let photos = 0;
const nextPhoto = () => PHOTOS[photos++ % PHOTOS.length] ?? PHOTOS[0];
const attachment = () => {
	const name = nextPhoto();
	return { id: name, url: `https://files.test/${name}`, name };
};
const ada = { id: "ada", name: "Ada", canModerate: false, isBot: false };

function imagesPosted(channel: ChannelRef, message: string, images: number): ImagesPostedEvent {
	return {
		...channel,
		kind: "images-posted",
		key: `${channel.channel}-${message}`,
		message,
		actor: ada,
		time: new Date().toISOString(),
		attachments: Array.from({ length: images }, attachment),
	};
}

function command(channel: ChannelRef, message: string): CommandEvent {
	return {
		...channel,
		kind: "command",
		name: "classify",
		key: `${channel.channel}-${message}`,
		message,
		actor: ada,
		time: new Date().toISOString(),
		options: { labels: LABELS.join(", ") },
		attachments: [attachment()],
	};
}

let order = 0;

/** Picks the last of the labels in the reply's select. */
function vote(channel: ChannelRef, reply: string, blocks: readonly Block[], voter: number): ChoiceEvent {
	const controls = blocks.flatMap((block) => (block.kind === "scores" ? (block.controls ?? []) : []));
	const select = controls.find((control) => control.kind === "select");
	const option = select?.options.at(-1);
	if (!select || !option) throw new Error("a reply has nothing to vote by");
	const id = `voter-${voter}`;
	return {
		...channel,
		kind: "choice",
		key: `${channel.channel}-${reply}-${id}`,
		message: reply,
		actor: { ...ada, id, name: id },
		time: new Date().toISOString(),
		control: select.id,
		values: [option.id],
		fields: {},
		order: ++order,
	};
}

/** A reply that says only what went wrong. */
export function isApology({ view }: Pick<ServedPost, "view">): boolean {
	return view.blocks.every(({ kind }) => kind === "error");
}
