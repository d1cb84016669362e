/** Answers an interaction at first, within Discord's 3 seconds whatever else is slow: the same for HTTP and gateway. */
import { setTimeout } from "node:timers/promises";
import {
	type APIInteractionResponse,
	type APIInteractionResponseCallbackData,
	ComponentType,
	MessageFlags,
	InteractionResponseType as Responses,
} from "discord.js";
import type { Logger } from "pino";
import type { AskedFrom, FirstAnswer } from "../../../commands/command.ts";
import { PENDING_MS, type Target } from "../../store/pending-targets.ts";
import type { Store } from "../../store/store.ts";
import { type ChatEvent, type ChoiceEvent, type CommandEvent, jobId } from "../event.ts";
import { labelsDialog, shortcutDialogId } from "./dialog-ids.ts";
import { renderChoices, renderForm } from "./dialogs.ts";
import { type Asked, type FormOf, translate } from "./interactions.ts";
import type { OwnResponses } from "./own-responses.ts";
import { LateError, type Patience, patience } from "./patience.ts";

export interface AnsweringParts {
	/** Resolves once the event is safe, and what shows its answer at once has shown it. */
	receive: (event: ChatEvent) => Promise<unknown>;
	complete: (command: string, option: string, typed: string, from: AskedFrom) => Promise<string[]>;
	formOf: FormOf;
	store: Pick<Store, "intake" | "labelSets" | "pendingTargets">;
	/** Where the port leaves what is shown at once. */
	responses: OwnResponses;
	now: () => Date;
	log: Pick<Logger, "warn" | "error">;
	/** Milliseconds until it is answered with what is known by then. */
	patienceMs?: number;
}

/** The first answer to an interaction. */
export interface Answered {
	response: APIInteractionResponse;
	/** The answer itself, if the response is it: where another process's response was first, it takes that one's place. */
	shown?: APIInteractionResponseCallbackData;
}

/** @returns undefined for what Discord doesn't send */
export type AnswerInteraction = (payload: unknown) => Promise<Answered | undefined>;

/** Of Discord's 3 seconds; the rest is for a last look at what was written down, and for the way. */
const PATIENCE_MS = 2_000;
const LAST_LOOK_MS = 400;
/** For another process to write down what came of a dialog, once it has taken its target. */
const ELSEWHERE_MS = 1_000;
const LOOK_MS = 100;
/** So that what is swept is over by anyone's clock. */
const SWEEP_LAG_MS = 1_000;

const NOT_TAKEN = "I couldn't take that in just now, so nothing will come of it. Try again in a moment.";
const NO_IMAGE =
	"There is no image in that message that I can look at: I read attached images, videos by their first picture, and pictures of links, but no stickers.";
const TOO_LATE =
	"That took longer than 15 minutes, and I no longer know which image it was. Use the shortcut on it again.";

export function createInteractionAnswerer(parts: AnsweringParts): AnswerInteraction {
	const { receive, complete, formOf, store, responses, now, log, patienceMs = PATIENCE_MS } = parts;

	/** Whether an event was written down, whatever became of it since. */
	async function isTaken(event: ChatEvent): Promise<boolean> {
		try {
			return !(await patience(LAST_LOOK_MS)(store.intake.isGone(jobId(event))));
		} catch (error) {
			log.warn({ err: error }, "whether an interaction was written down couldn't be looked up");
			return false;
		}
	}

	/** @param first the answer, if the event is safe by then */
	async function takeIn(
		event: CommandEvent | ChoiceEvent,
		first: APIInteractionResponse,
		patiently: Patience,
	): Promise<APIInteractionResponse> {
		try {
			await patiently(receive(event));
			return first;
		} catch (error) {
			if (error instanceof LateError) log.warn({ job: jobId(event) }, "an interaction takes long to be taken in");
			// The queue may be slow while the event is safe already.
			return (await isTaken(event)) ? first : said(NOT_TAKEN);
		}
	}

	/** Whether another process, which is told the same, takes an event in. */
	async function isTakenElsewhere(event: ChatEvent): Promise<boolean> {
		const end = performance.now() + ELSEWHERE_MS;
		while (performance.now() < end) {
			if (await isTaken(event)) return true;
			await setTimeout(LOOK_MS);
		}
		return false;
	}

	async function showNow(event: CommandEvent, patiently: Patience): Promise<Answered> {
		let late: APIInteractionResponse | undefined;
		const data = await responses.during(event.key, async () => {
			late = await takeIn(event, deferred("deferred-ephemeral"), patiently);
		});
		if (data) return { response: { type: Responses.ChannelMessageWithSource, data }, shown: data };
		// What could not be shown now stays owed, and is shown later.
		return { response: late ?? said(NOT_TAKEN) };
	}

	/** By the channel's own labels, or by some that are asked for; elsewhere a channel has none. */
	async function shortcut(event: CommandEvent & { target: Target }, patiently: Patience) {
		if (event.target.attachments.length === 0) return said(NO_IMAGE);
		const set = event.visiting ? undefined : await patiently(store.labelSets.current(event));
		if (set && set.labels.length > 0) return takeIn(event, deferred(firstOf(event)), patiently);
		await patiently(store.pendingTargets.keep(event.key, event.actor.id, event.target, now()));
		globalThis
			.setTimeout(() => {
				store.pendingTargets.sweep(now()).catch((error) => log.warn({ err: error }, "targets could not be let go of"));
			}, PENDING_MS + SWEEP_LAG_MS)
			.unref();
		return { type: Responses.Modal, data: renderForm(labelsDialog.form, shortcutDialogId(event.key)) } as const;
	}

	/** The labels that the shortcut asked for. */
	async function labels(event: CommandEvent, pending: string, patiently: Patience) {
		const target = await patiently(store.pendingTargets.take(pending, event.actor.id, now()));
		if (target) return takeIn({ ...event, target }, deferred(firstOf(event)), patiently);
		return (await patiently(isTakenElsewhere(event))) ? deferred(firstOf(event)) : said(TOO_LATE);
	}

	async function answer(asked: Asked): Promise<Answered | undefined> {
		const waiting = patience(patienceMs);
		/** What goes wrong after its time is logged all the same. */
		const patiently: Patience = (work) => {
			work.catch((error) => log.error({ err: error }, "an interaction could not be taken in"));
			return waiting(work);
		};
		switch (asked.kind) {
			case "refused":
				log.warn({ why: asked.why }, "an interaction can't be read");
				return undefined;
			case "ping":
				return { response: { type: Responses.Pong } };
			case "completion": {
				const { command, option, typed, from } = asked;
				// None at all is better than a person who waits.
				const choices = await patiently(complete(command, option, typed, from)).catch(() => []);
				return {
					response: { type: Responses.ApplicationCommandAutocompleteResult, data: renderChoices(choices) },
				};
			}
			case "form":
				return { response: { type: Responses.Modal, data: renderForm(asked.form, asked.id) } };
			case "choice":
				return { response: await takeIn(asked.event, { type: Responses.DeferredMessageUpdate }, patiently) };
			case "command":
				if (asked.first === "shown-now") return showNow(asked.event, patiently);
				return { response: await takeIn(asked.event, deferred(asked.first), patiently) };
			case "shortcut":
				return { response: await shortcut(asked.event, patiently) };
			case "labels":
				return { response: await labels(asked.event, asked.pending, patiently) };
		}
	}

	return async (payload) => {
		try {
			return await answer(translate(payload, formOf));
		} catch (error) {
			log.error({ err: error }, "an interaction could not be answered");
			return { response: said(NOT_TAKEN) };
		}
	};
}

/** Where the bot is no member, only who asked sees the answer. */
function firstOf({ visiting }: CommandEvent): FirstAnswer {
	return visiting ? "deferred-ephemeral" : "deferred";
}

function deferred(first: FirstAnswer): APIInteractionResponse {
	const isEphemeral = first === "deferred-ephemeral";
	return {
		type: Responses.DeferredChannelMessageWithSource,
		...(isEphemeral && { data: { flags: MessageFlags.Ephemeral } }),
	};
}

/** Words of the bot's own, to the person alone. */
function said(content: string): APIInteractionResponse {
	return {
		type: Responses.ChannelMessageWithSource,
		data: {
			flags: MessageFlags.Ephemeral | MessageFlags.IsComponentsV2,
			components: [{ type: ComponentType.TextDisplay, content }],
			allowed_mentions: { parse: [] },
		},
	};
}
