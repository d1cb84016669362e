/** Lets go of what is kept: of a message, a person, a channel, a workspace, or what is too old (design section 11). */
import { randomUUID } from "node:crypto";
import { and, eq, exists, isNotNull, isNull, lt, ne, notExists, or, type SQL, sql } from "drizzle-orm";
import type { ChannelRef, ChatEvent, MessageRef, RefreshEvent, WorkspaceRef } from "../chat/event.ts";
import { standingVotes } from "../classify/votes.ts";
import { lockWorkspace } from "./channel-lock.ts";
import type { Database } from "./database.ts";
import { aboutMessage, inChannel, inWorkspace, sameImage } from "./in-channel.ts";
import { rowOf } from "./intake.ts";
import { inLockOrder } from "./lock-images.ts";
import { channelSettings, images, installations, intake, labelSets, replies, tags, votes } from "./schema.ts";
import { deleteEvents } from "./still-there.ts";
import { castVotes, countAnew, lockWithShown } from "./votes.ts";

/** What went. */
export interface Forgotten {
	images: number;
	votes: number;
}

/** Work that was written down with what made it necessary, and is followed through the logs by its trace. */
export interface Owing {
	owed: RefreshEvent[];
}
type Traced = Pick<ChatEvent, "trace">;

export interface Forget {
	/** Every row about a message, whatever is still owed for it included. All or nothing. */
	message(channel: ChannelRef, message: string): Promise<void>;
	/**
	 * A person's images with all that is about them, their votes (what was agreed is counted anew), their rights as a
	 * channel's moderator and their name on label sets, in the whole workspace.
	 * @param asking id (`jobId`) of the event that asks for it: it stays owed until it is answered
	 * @returns what went, and what is owed from now on, to be put in the queue: votes that changed are shown anew
	 */
	member(workspace: WorkspaceRef & Traced, member: string, now: Date, asking?: string): Promise<Forgotten & Owing>;
	/** One vote, told by its order: one that was still being counted while its voter was forgotten. */
	vote(channel: ChannelRef & Traced, voter: string, order: number, now: Date): Promise<Owing>;
	/** Everything about a channel. */
	channel(channel: ChannelRef): Promise<void>;
	/** Everything about a workspace, its tokens too. */
	workspace(workspace: WorkspaceRef): Promise<void>;
	/**
	 * What was posted, claimed or settled before a moment, in every workspace. A channel's settings and label sets stay,
	 * without who made them: they are what it was told to do, and go with the channel.
	 */
	olderThan(moment: Date): Promise<Forgotten>;
}

export function createForget(db: Database): Forget {
	return {
		message: (channel, message) =>
			db.transaction(async (tx) => {
				await lockWorkspace(tx, channel);
				await deleteEvents(tx, aboutMessage(intake, channel, message));
				await holdImages(tx, aboutMessage(images, channel, message));
				await tx.delete(replies).where(aboutMessage(replies, channel, message));
				await tx.delete(images).where(aboutMessage(images, channel, message));
				await forgetFirstSeen(tx, and(inChannel(tags, channel), eq(firstSeenIn, message)));
			}),

		member: (workspace, member, now, asking) =>
			db.transaction(async (tx) => {
				await lockWorkspace(tx, workspace);
				const owed = and(isNull(intake.outcome), asking === undefined ? undefined : ne(intake.id, asking));
				// What a person deleted, or left, goes all the same.
				const isTheirs = sql`${intake.event} -> 'actor' ->> 'id' = ${member} and ${intake.event} ->> 'kind' not in ('message-deleted', 'channel-left', 'workspace-left')`;
				await deleteEvents(tx, and(inWorkspace(intake, workspace), owed, isTheirs));

				const theirs = and(inWorkspace(images, workspace), eq(images.author, member));
				const ballots = and(inWorkspace(votes, workspace), eq(votes.voter, member));
				// All at once: what is held in two goes is not held in order.
				await holdImages(tx, or(theirs, votedOn(tx, ballots)));
				const answered = tx
					.select({ one: sql`1` })
					.from(images)
					.where(and(theirs, eq(images.channel, replies.channel), eq(images.message, replies.message)));
				await tx.delete(replies).where(and(inWorkspace(replies, workspace), exists(answered)));
				const gone = await deleteImages(tx, theirs, inWorkspace(tags, workspace));

				const { votes: withdrawn, changed } = await deleteVotes(tx, ballots);

				await tx
					.update(labelSets)
					.set({ madeBy: "" })
					.where(and(inWorkspace(labelSets, workspace), eq(labelSets.madeBy, member)));
				await tx
					.update(channelSettings)
					.set({ moderators: sql`${channelSettings.moderators} - ${member}::text` })
					.where(and(inWorkspace(channelSettings, workspace), sql`${channelSettings.moderators} ? ${member}::text`));
				const owing = await oweRefreshing(tx, changed, workspace, now);
				return { images: gone.images, votes: gone.votes + withdrawn, owed: owing };
			}),

		vote: (channel, voter, order, now) =>
			db.transaction(async (tx) => {
				await lockWorkspace(tx, channel);
				const which = and(inChannel(votes, channel), eq(votes.voter, voter), eq(votes.order, order));
				const { changed } = await deleteVotes(tx, which);
				return { owed: await oweRefreshing(tx, changed, channel, now) };
			}),

		channel: (channel) =>
			db.transaction(async (tx) => {
				await lockWorkspace(tx, channel);
				await deleteEvents(tx, inChannel(intake, channel));
				await holdImages(tx, inChannel(images, channel));
				for (const table of perChannel) await tx.delete(table).where(inChannel(table, channel));
			}),

		workspace: (workspace) =>
			db.transaction(async (tx) => {
				await lockWorkspace(tx, workspace);
				await deleteEvents(tx, inWorkspace(intake, workspace));
				await holdImages(tx, inWorkspace(images, workspace));
				for (const table of [...perChannel, installations]) await tx.delete(table).where(inWorkspace(table, workspace));
			}),

		olderThan: (moment) =>
			db.transaction(async (tx) => {
				await tx.delete(intake).where(or(lt(intake.settledAt, moment), lt(intake.receivedAt, moment)));
				await tx.delete(replies).where(lt(replies.claimedAt, moment));
				await tx
					.update(labelSets)
					.set({ madeBy: "" })
					.where(and(lt(labelSets.madeAt, moment), ne(labelSets.madeBy, "")));
				await holdImages(tx, lt(images.postedAt, moment));
				return await deleteImages(tx, lt(images.postedAt, moment));
			}),
	};
}

/** All that is kept about a channel beside its events; tags and votes go with their images. */
const perChannel = [replies, images, labelSets, channelSettings];

/** Holds images in the order that everyone holds them in, and reads nothing. */
async function holdImages(tx: Database, which: SQL | undefined): Promise<void> {
	const held = tx
		.select({ one: sql`1`.as("one") })
		.from(images)
		.where(which)
		.orderBy(...inLockOrder)
		.for("update")
		.as("held");
	await tx.select({ images: sql`count(*)` }).from(held);
}

/** Images with any of these votes. */
function votedOn(tx: Database, which: SQL | undefined): SQL {
	return exists(
		tx
			.select({ one: sql`1` })
			.from(votes)
			.where(and(sameImage(votes, images), which)),
	);
}

/**
 * Deletes images with their tags and votes.
 * @param near the tags that may say that a picture was first seen there; undefined: all
 */
async function deleteImages(tx: Database, which: SQL | undefined, near?: SQL): Promise<Forgotten> {
	const ofThem = tx
		.select({ one: sql`1` })
		.from(images)
		.where(and(sameImage(votes, images), which));
	const gone = { images: await tx.$count(images, which), votes: await tx.$count(votes, exists(ofThem)) };
	await tx.delete(images).where(which);
	await forgetFirstSeen(tx, near);
	return gone;
}

const firstSeenIn = sql`(${tags.firstSeen} ->> 'message')`;

/** Tags no longer say that a picture was first seen in a message that is gone. */
async function forgetFirstSeen(tx: Database, which: SQL | undefined): Promise<void> {
	const there = tx
		.select({ one: sql`1` })
		.from(images)
		.where(
			and(
				eq(images.platform, tags.platform),
				eq(images.workspace, tags.workspace),
				eq(images.channel, tags.channel),
				eq(images.message, firstSeenIn),
			),
		);
	await tx
		.update(tags)
		.set({ firstSeen: null })
		.where(and(which, isNotNull(tags.firstSeen), notExists(there)));
}

/** Rows in one statement. */
const PAGE = 500;

/** In the transaction that changed the votes, so that no crash leaves a message showing those of before. */
async function oweRefreshing(
	tx: Database,
	messages: readonly MessageRef[],
	{ trace }: Traced,
	now: Date,
): Promise<RefreshEvent[]> {
	// Whoever was forgotten, and perhaps asked for it, is in no row of it.
	const actor = { id: "tagalong", name: "Tagalong", canModerate: false, isBot: true };
	const time = now.toISOString();
	const owed = messages.map((message): RefreshEvent => {
		return { ...message, kind: "refresh", key: randomUUID(), actor, time, ...(trace && { trace }) };
	});
	for (let start = 0; start < owed.length; start += PAGE) {
		await tx.insert(intake).values(owed.slice(start, start + PAGE).map((event) => rowOf(event, now)));
	}
	return owed;
}

/** Deletes votes, and counts those that stay anew. */
async function deleteVotes(tx: Database, which: SQL | undefined): Promise<{ votes: number; changed: MessageRef[] }> {
	const held = await lockWithShown(tx, votedOn(tx, which));
	const deleted = await tx.delete(votes).where(which).returning();
	const changed = new Map<string, MessageRef>();
	for (const image of held) {
		const { platform, workspace, channel, message, number } = image;
		const theirs = deleted.filter(
			(vote) => vote.channel === channel && vote.message === message && vote.number === number,
		);
		const rest = await castVotes(tx, image);
		const { revision } = await countAnew(tx, image, standingVotes([...rest, ...theirs]), standingVotes(rest));
		if (revision !== image.revision) {
			changed.set(JSON.stringify([channel, message]), { platform, workspace, channel, message });
		}
	}
	return { votes: deleted.length, changed: [...changed.values()] };
}
