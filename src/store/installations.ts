/** Workspaces that installed the bot themselves, with the tokens that they gave it, sealed. */
import { and, asc, eq } from "drizzle-orm";
import { z } from "zod";
import type { Platform, WorkspaceRef } from "../chat/event.ts";
import { secretErrors, UserError } from "../errors.ts";
import type { Database } from "./database.ts";
import { inWorkspace } from "./in-channel.ts";
import { installations } from "./schema.ts";
import type { Sealer } from "./sealed.ts";

/** What OAuth gives for a workspace; the last two where the platform has tokens that end. */
export const installationSecrets = z.object({
	botToken: z.string().min(1),
	/** The bot as a member of the workspace. */
	botUserId: z.string().min(1).optional(),
	refreshToken: z.string().min(1).optional(),
	/** ISO 8601, UTC. */
	expiresAt: z.iso.datetime().optional(),
});
export type InstallationSecrets = z.infer<typeof installationSecrets>;

export interface Resealed {
	/** How many are under the newest key that were not. */
	resealed: number;
	/** What is wrong with those that can't be opened; they stay as they are. */
	problems: UserError[];
}

export interface Installations {
	/** Of a workspace that is here already, the tokens alone are replaced. */
	keep(workspace: WorkspaceRef, secrets: InstallationSecrets, now: Date): Promise<void>;
	/** @throws UserError `secrets.*` if it is there and can't be opened */
	of(workspace: WorkspaceRef): Promise<InstallationSecrets | undefined>;
	/** A platform's workspaces by id, and since when; their tokens stay sealed. */
	all(platform: Platform): Promise<(WorkspaceRef & { installedAt: Date })[]>;
	remove(workspace: WorkspaceRef): Promise<void>;
	/**
	 * Puts every row under the newest key, so that older ones can be taken out of the configuration. Others may read and
	 * write meanwhile, and several processes may do it at once: tokens that were kept in between stay.
	 */
	reseal(): Promise<Resealed>;
}

export function createInstallations(db: Database, sealer: Sealer): Installations {
	async function sealedOf(workspace: WorkspaceRef): Promise<string | undefined> {
		const [row] = await db
			.select({ sealed: installations.sealed })
			.from(installations)
			.where(inWorkspace(installations, workspace));
		return row?.sealed;
	}

	/** @returns whether it was under an older key */
	async function resealOne(workspace: WorkspaceRef): Promise<boolean> {
		let sealed = await sealedOf(workspace);
		while (sealed !== undefined) {
			const { text, isStale } = sealer.open(sealed, workspace);
			if (!isStale) return false;
			const unchanged = and(inWorkspace(installations, workspace), eq(installations.sealed, sealed));
			const written = await db
				.update(installations)
				.set({ sealed: sealer.seal(text, workspace) })
				.where(unchanged)
				.returning({ workspace: installations.workspace });
			if (written.length > 0) return true;
			// Someone kept other tokens meanwhile, or it is gone.
			sealed = await sealedOf(workspace);
		}
		return false;
	}

	return {
		async keep({ platform, workspace }, secrets, now) {
			const text = JSON.stringify(installationSecrets.parse(secrets));
			const sealed = sealer.seal(text, { platform, workspace });
			await db
				.insert(installations)
				.values({ platform, workspace, sealed, installedAt: now })
				.onConflictDoUpdate({ target: [installations.platform, installations.workspace], set: { sealed } });
		},

		async of(workspace) {
			const sealed = await sealedOf(workspace);
			if (sealed === undefined) return undefined;
			const secrets = read(sealer.open(sealed, workspace).text);
			if (!secrets) throw secretErrors.unreadable(workspace.platform, workspace.workspace);
			return secrets;
		},

		all: async (platform) =>
			await db
				.select({
					platform: installations.platform,
					workspace: installations.workspace,
					installedAt: installations.installedAt,
				})
				.from(installations)
				.where(eq(installations.platform, platform))
				.orderBy(asc(installations.workspace)),

		async remove(workspace) {
			await db.delete(installations).where(inWorkspace(installations, workspace));
		},

		async reseal() {
			const places = await db
				.select({ platform: installations.platform, workspace: installations.workspace })
				.from(installations)
				.orderBy(asc(installations.platform), asc(installations.workspace));
			const problems: UserError[] = [];
			let resealed = 0;
			for (const place of places) {
				try {
					if (await resealOne(place)) resealed++;
				} catch (error) {
					if (!(error instanceof UserError)) throw error;
					problems.push(error);
				}
			}
			return { resealed, problems };
		},
	};
}

/** Undefined if it is anything else. The parser's own error would quote it. */
function read(text: string): InstallationSecrets | undefined {
	try {
		return installationSecrets.safeParse(JSON.parse(text)).data;
	} catch {
		return undefined;
	}
}
