/** A process that runs until it is told to stop, made of things that are opened one after the other. */
import type { Config, DiscordConfig } from "../config.ts";
import type { FrontServices, Services } from "../services.ts";

export interface RunningProcess {
	/** Where it answers, e.g. `http://127.0.0.1:3000`. */
	url: string;
	/** What a person should read first. */
	greeting: string[];
	/** Rejects if what was begun and not waited for has failed: then the process is of no use. */
	begun?: Promise<unknown>;
	/** Takes nothing new, finishes what runs, lets go of everything. */
	close(): Promise<void>;
}

/**
 * Opens a process. What was opened is closed in the opposite order: by `close`, and also if opening the next thing fails.
 * @param open is given what takes note of how to close each thing
 * @throws what `open` throws
 */
export async function running(
	open: (onClose: (step: () => unknown) => void) => Promise<Omit<RunningProcess, "close">>,
): Promise<RunningProcess> {
	const steps: (() => unknown)[] = [];
	/** Each step is tried, whatever became of those before it. */
	async function close(): Promise<void> {
		const failures: unknown[] = [];
		for (const step of steps.splice(0).reverse()) {
			try {
				await step();
			} catch (error) {
				failures.push(error);
			}
		}
		if (failures.length > 0) throw failures[0];
	}
	try {
		return { ...(await open((step) => steps.push(step))), close };
	} catch (error) {
		// The first failure is the one to tell.
		await close().catch(() => {});
		throw error;
	}
}

/** What `/readyz` asks of every process that takes jobs. */
export function sharedChecks({ store, jobs }: Pick<FrontServices, "store" | "jobs">) {
	return { store: () => store.ping(), queue: () => jobs.ping() };
}

/** And of one that only takes events in: without a queue they are safe all the same, and wait in the store. */
export function intakeChecks({ store, jobs }: Pick<FrontServices, "store" | "jobs">) {
	return { checks: { store: () => store.ping() }, reported: { queue: () => jobs.ping() } };
}

export function modelLine({ classifier: { model } }: Pick<Services, "classifier">): string {
	const better =
		model.manifest.name === "starter" ? " A better one: `tagalong models list`, then TAGALONG_MODEL=NAME." : "";
	return `Model: ${model.manifest.title}, on the ${model.device === "cuda" ? "GPU" : "CPU"}.${better}`;
}

export const chatLine = (url: string) => `Chat: ${url} (post a photo with /classify cat dog bear)`;

export const discordLine = ({ applicationId }: DiscordConfig) =>
	`Discord: the bot of application ${applicationId} (its commands: \`tagalong register\`).`;

/** What is dangerous about the configuration. */
export function warnings({ trustedImageOrigins }: Pick<Config, "trustedImageOrigins">): string[] {
	if (trustedImageOrigins.length === 0) return [];
	return [`Warning: images are fetched from ${trustedImageOrigins.join(", ")}, private or not, as configured.`];
}
