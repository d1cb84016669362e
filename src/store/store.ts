/** The store: everything that is remembered between two events. */
import { DrizzleQueryError, sql } from "drizzle-orm";
import type { Logger } from "pino";
import { type ChannelSettings, createChannelSettings } from "./channel-settings.ts";
import type { Database } from "./database.ts";
import { createExamples, type Examples } from "./examples.ts";
import { createExport, type Export } from "./export.ts";
import { createForget, type Forget } from "./forget.ts";
import { createGatewayMarks, type GatewayMarks } from "./gateway-marks.ts";
import { createImages, type Images } from "./images.ts";
import { createInstallations, type Installations } from "./installations.ts";
import { createIntake, type Intake } from "./intake.ts";
import { createLabelSets, type LabelSets } from "./label-sets.ts";
import { createPendingTargets, type PendingTargets } from "./pending-targets.ts";
import { createReactions, type Reactions } from "./reactions.ts";
import { createReplies, type Replies } from "./replies.ts";
import { intake } from "./schema.ts";
import type { Sealer } from "./sealed.ts";
import { createSearch, type Search } from "./search.ts";
import { createTags, type Tags } from "./tags.ts";
import { createVotes, type Votes } from "./votes.ts";

export type { Database } from "./database.ts";

export interface Store {
	db: Database;
	intake: Intake;
	replies: Replies;
	images: Images;
	labelSets: LabelSets;
	settings: ChannelSettings;
	tags: Tags;
	reactions: Reactions;
	pendingTargets: PendingTargets;
	gatewayMarks: GatewayMarks;
	votes: Votes;
	examples: Examples;
	search: Search;
	export: Export;
	/** Only who has keys reads and writes them. */
	installations(sealer: Sealer): Installations;
	forget: Forget;
	/** @throws if the database doesn't answer, or can only be read */
	ping(): Promise<void>;
	close(): Promise<void>;
}

/** The store on a database that has its tables already. */
export function storeOn(db: Database, log?: Pick<Logger, "error">): Omit<Store, "close"> {
	return {
		db,
		intake: createIntake(db, log),
		replies: createReplies(db),
		images: createImages(db),
		labelSets: createLabelSets(db),
		settings: createChannelSettings(db),
		tags: createTags(db),
		reactions: createReactions(db),
		pendingTargets: createPendingTargets(db),
		gatewayMarks: createGatewayMarks(db),
		votes: createVotes(db),
		examples: createExamples(db),
		search: createSearch(db),
		export: createExport(db),
		installations: (sealer) => createInstallations(db, sealer),
		forget: createForget(db),
		async ping() {
			// Deletes nothing, and is refused where nothing can be written.
			await db
				.delete(intake)
				.where(sql`false`)
				.catch((error) => {
					// What is wrong, and not what was asked.
					throw error instanceof DrizzleQueryError ? inWords(error.cause) : error;
				});
		},
	};
}

/** SQLSTATE read_only_sql_transaction. */
const READ_ONLY = "25006";

function inWords(cause: unknown): unknown {
	if (!(cause instanceof Error && "code" in cause && cause.code === READ_ONLY)) return cause;
	return new Error(
		"the database can only be read (it is a standby, or default_transaction_read_only is on): nothing can be written down",
		{ cause },
	);
}
