/** Holds the rows of images until a transaction ends. */
import { asc, type SQL } from "drizzle-orm";
import type { MessageRef } from "../chat/event.ts";
import type { Agreement } from "../classify/votes.ts";
import type { Database } from "./database.ts";
import { images } from "./schema.ts";

/** An image whose row is held until the transaction ends. */
export interface LockedImage extends MessageRef {
	number: number;
	agreed: Agreement | null;
	revision: number;
}
/** Rows of images are held in one order by all, so that two who need the same ones wait instead of ending each other. */
export const inLockOrder = [images.platform, images.workspace, images.channel, images.message, images.number].map(
	(column) => asc(column),
);

/** @param where which images */
export async function lockImages(tx: Database, where: SQL | undefined): Promise<LockedImage[]> {
	const { platform, workspace, channel, message, number, agreed, revision } = images;
	return await tx
		.select({ platform, workspace, channel, message, number, agreed, revision })
		.from(images)
		.where(where)
		.orderBy(...inLockOrder)
		.for("update");
}
