/** Lets go of what is kept: of a message, a person, a channel, a workspace, or what is too old (design section 11). */
import { and, eq, exists, isNull, lt, ne, or, type SQL, sql } from "drizzle-orm";
import type { ChannelRef, MessageRef, WorkspaceRef } from "../chat/event.ts";
import { standingVotes } from "../classify/votes.ts";
import type { Database } from "./database.ts";
import { aboutMessage, inChannel, inWorkspace, sameImage } from "./in-channel.ts";
import { channelSettings, images, intake, labelSets, replies, votes } from "./schema.ts";
import { castVotes, countAnew, lockImages } from "./votes.ts";

/** What went. */
export interface Forgotten {
	images: number;
	votes: number;
}

export interface Forget {
	/** Every row about a message, whatever is still owed for it included. All or nothing. */
	message(channel: ChannelRef, message: string): Promise<void>;
	/**
	 * A person's images with all that is about them, their votes (what was agreed is counted anew), their rights as a
	 * channel's moderator and their name on label sets, in the whole workspace.
	 * @param asking id (`jobId`) of the event that asks for it: it stays owed until it is answered
	 * @returns what went, and the messages whose vote has changed
	 */
	member(workspace: WorkspaceRef, member: string, asking?: string): Promise<Forgotten & { changed: MessageRef[] }>;
	/** One vote, told by its order: one that was still being counted while its voter was forgotten. */
	vote(channel: ChannelRef, voter: string, order: number): Promise<void>;
	/** Everything about a channel. */
	channel(channel: ChannelRef): Promise<void>;
	/** Everything about a workspace. */
	workspace(workspace: WorkspaceRef): Promise<void>;
	/**
	 * What was posted, claimed or settled before a moment, in every workspace. A channel's settings and label sets stay:
	 * they are what it was told to do, and go with the channel.
	 */
	olderThan(moment: Date): Promise<Forgotten>;
}

export function createForget(db: Database): Forget {
	return {
		message: (channel, message) =>
			db.transaction(async (tx) => {
				await tx.delete(intake).where(aboutMessage(intake, channel, message));
				await tx.delete(replies).where(aboutMessage(replies, channel, message));
				await tx.delete(images).where(aboutMessage(images, channel, message));
			}),

		member: (workspace, member, asking) =>
			db.transaction(async (tx) => {
				const owed = and(isNull(intake.outcome), asking === undefined ? undefined : ne(intake.id, asking));
				await tx
					.delete(intake)
					.where(and(inWorkspace(intake, workspace), owed, sql`${intake.event} -> 'actor' ->> 'id' = ${member}`));

				const theirs = and(inWorkspace(images, workspace), eq(images.author, member));
				const answered = tx
					.select({ one: sql`1` })
					.from(images)
					.where(and(theirs, eq(images.channel, replies.channel), eq(images.message, replies.message)));
				await tx.delete(replies).where(and(inWorkspace(replies, workspace), exists(answered)));
				const gone = await deleteImages(tx, theirs);

				const ballots = and(inWorkspace(votes, workspace), eq(votes.voter, member));
				const { votes: withdrawn, changed } = await deleteVotes(tx, ballots);

				await tx
					.update(labelSets)
					.set({ madeBy: "" })
					.where(and(inWorkspace(labelSets, workspace), eq(labelSets.madeBy, member)));
				await tx
					.update(channelSettings)
					.set({ moderators: sql`${channelSettings.moderators} - ${member}::text` })
					.where(and(inWorkspace(channelSettings, workspace), sql`${channelSettings.moderators} ? ${member}::text`));
				return { images: gone.images, votes: gone.votes + withdrawn, changed };
			}),

		vote: (channel, voter, order) =>
			db.transaction(async (tx) => {
				await deleteVotes(tx, and(inChannel(votes, channel), eq(votes.voter, voter), eq(votes.order, order)));
			}),

		channel: (channel) =>
			db.transaction(async (tx) => {
				for (const table of perChannel) await tx.delete(table).where(inChannel(table, channel));
			}),

		workspace: (workspace) =>
			db.transaction(async (tx) => {
				for (const table of perChannel) await tx.delete(table).where(inWorkspace(table, workspace));
			}),

		olderThan: (moment) =>
			db.transaction(async (tx) => {
				await tx.delete(intake).where(or(lt(intake.settledAt, moment), lt(intake.receivedAt, moment)));
				await tx.delete(replies).where(lt(replies.claimedAt, moment));
				return await deleteImages(tx, lt(images.postedAt, moment));
			}),
	};
}

/** All that is kept about a channel; tags and votes go with their images. */
const perChannel = [intake, replies, images, labelSets, channelSettings];

/** Deletes images with their tags and votes. */
async function deleteImages(tx: Database, which: SQL | undefined): Promise<Forgotten> {
	const ofThem = tx
		.select({ one: sql`1` })
		.from(images)
		.where(and(sameImage(votes, images), which));
	const gone = { images: await tx.$count(images, which), votes: await tx.$count(votes, exists(ofThem)) };
	await tx.delete(images).where(which);
	return gone;
}

/** Deletes votes, and counts those that stay anew. */
async function deleteVotes(tx: Database, which: SQL | undefined): Promise<{ votes: number; changed: MessageRef[] }> {
	const onIt = tx
		.select({ one: sql`1` })
		.from(votes)
		.where(and(sameImage(votes, images), which));
	const held = await lockImages(tx, exists(onIt));
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
