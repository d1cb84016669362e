/** Until when everything that a platform told over a connection was taken in, so that what came later can be asked for. */
import { and, eq, sql } from "drizzle-orm";
import type { Platform } from "../chat/event.ts";
import type { Database } from "./database.ts";
import { gatewayMarks } from "./schema.ts";

export type GatewayMarks = ReturnType<typeof createGatewayMarks>;

export function createGatewayMarks(db: Database) {
	const { platform: ofPlatform, application: ofApplication, toldUntil } = gatewayMarks;

	return {
		/** @param application the bot's id there; @returns undefined if nothing was ever told */
		async of(platform: Platform, application: string): Promise<Date | undefined> {
			const [row] = await db
				.select({ toldUntil })
				.from(gatewayMarks)
				.where(and(eq(ofPlatform, platform), eq(ofApplication, application)));
			return row?.toldUntil;
		},

		/** It moves on only: of two processes that are told the same, the slower one says nothing new. */
		async move(platform: Platform, application: string, until: Date): Promise<void> {
			await db
				.insert(gatewayMarks)
				.values({ platform, application, toldUntil: until })
				.onConflictDoUpdate({
					target: [ofPlatform, ofApplication],
					set: { toldUntil: sql`greatest(${toldUntil}, excluded.told_until)` },
				});
		},
	};
}
