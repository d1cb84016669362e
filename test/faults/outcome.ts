/** What came of the events that were sent: looked up on the platform and in the store, event by event. */
import { and, isNull } from "drizzle-orm";
import type { ChannelRef } from "../../src/chat/event.ts";
import { inChannel } from "../../src/store/in-channel.ts";
import { images, intake, votes } from "../../src/store/schema.ts";
import type { DistributedShape } from "../support/distributed-shape.ts";
import type { ServedPost } from "../support/fake-platform-server.ts";
import { isApology, type Traffic, VOTERS } from "./traffic.ts";

export interface Outcome {
	/** What should be there and isn't, in words. */
	lost: string[];
	/** What is there more than once. */
	doubled: string[];
	/** What wasn't done, and someone was told. */
	told: string[];
}

/** @returns whether every event was acknowledged and has an outcome; and a text that is another once more was done */
export async function progressOf({ store, platform }: DistributedShape, channel: ChannelRef, traffic: Traffic) {
	const sent = traffic.messages.length + traffic.voted.size * VOTERS;
	const owed = await store.db.$count(intake, and(inChannel(intake, channel), isNull(intake.outcome)));
	const { acknowledged } = traffic;
	return { isOver: acknowledged === sent && owed === 0, state: `${acknowledged} ${owed} ${platform.posts.length}` };
}

export async function outcomeOf(shape: DistributedShape, channel: ChannelRef, traffic: Traffic): Promise<Outcome> {
	const { store, platform } = shape;
	const lost: string[] = [];
	const doubled: string[] = [];
	const told: string[] = [];
	const posts = platform.posts.filter(({ event }) => event.channel === channel.channel);
	const answersTo = (key: string) => posts.filter(({ event }) => event.key === key);
	const [rows, cast, owed] = await Promise.all([
		store.db.select().from(images).where(inChannel(images, channel)),
		store.db.select().from(votes).where(inChannel(votes, channel)),
		store.db
			.select({ id: intake.id })
			.from(intake)
			.where(and(inChannel(intake, channel), isNull(intake.outcome))),
	]);

	for (const { id } of owed) lost.push(`${id} has no outcome`);
	for (const { key, message, attachments, kind } of traffic.messages) {
		const [answer, ...more] = answersTo(key);
		if (!answer) lost.push(`${key} has no answer`);
		for (const { id } of more) doubled.push(`${key} is answered again by ${id}`);
		const ofMessage = rows.filter((row) => row.message === message);
		const unread = ofMessage.filter(({ embedding }) => embedding === null);
		if (answer && (isApology(answer) || unread.length > 0)) told.push(`${key} was not judged`);
		else if (ofMessage.length < attachments.length || unread.length > 0) lost.push(`${key} has an image without a row`);
		else if (answer && judged(answer) < attachments.length) lost.push(`${kind} ${key} says nothing of an image`);
		if (ofMessage.length > attachments.length) doubled.push(`${key} has more rows than images`);
	}

	const refused = new Set<string>();
	for (const vote of traffic.votes) {
		const [answer, ...more] = answersTo(vote.key);
		for (const { id } of more) doubled.push(`${vote.key} is answered again by ${id}`);
		const [, message] = vote.control.split("|");
		const counted = cast.filter((row) => row.message === message && row.voter === vote.actor.id);
		if (counted.length > 1) doubled.push(`${vote.key} is counted ${counted.length} times`);
		if (answer) {
			refused.add(vote.key);
			told.push(`${vote.key} was answered`);
		} else if (counted.length === 0) lost.push(`${vote.key} isn't counted`);
	}
	for (const { key, message } of traffic.messages.filter((each) => traffic.voted.has(each.message ?? ""))) {
		const counted = cast.filter((row) => row.message === message).length;
		const shown = answersTo(key).map(votesShown)[0];
		if (shown !== counted) lost.push(`the answer to ${key} shows ${shown} of ${counted} votes`);
	}
	for (const post of posts.filter(({ event }) => !isKnown(event.key, traffic))) {
		doubled.push(`${post.id} answers nothing that was sent`);
	}
	return { lost, doubled, told };
}

function isKnown(key: string, { messages, votes: choices }: Traffic): boolean {
	return [...messages, ...choices].some((event) => event.key === key);
}

function judged({ view }: ServedPost): number {
	return view.blocks.filter(({ kind }) => kind === "scores").length;
}

/** The number in "cat 4 – decided by majority". */
function votesShown({ view }: ServedPost): number {
	const [line] = view.blocks.flatMap((block) => (block.kind === "scores" && block.votes ? [block.votes] : []));
	const tally = line?.[0];
	return typeof tally === "string" ? Number(tally.split(" ").at(-1)) : 0;
}
