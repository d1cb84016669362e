/** Answers to interactions, by their own webhook: for 15 minutes, whatever the bot may do in the channel. */
import { setTimeout } from "node:timers/promises";
import { type APIMessage, RESTJSONErrorCodes as Codes, MessageFlags, type REST, Routes } from "discord.js";
import type { Logger } from "pino";
import type { ChatEvent } from "../event.ts";
import { markerNumber } from "./ids.ts";
import { carries } from "./port-posts.ts";
import { codeOf, isAboutEmoji, isGone, isTokenGone } from "./port-refusals.ts";
import { editOf, type MessageBody, type Rendered, renderView, withoutServerEmoji } from "./render.ts";
import type { Via } from "./via.ts";

/** What a webhook's message may be called: the first answer, or the message with the control that was used. */
const ORIGINAL = "@original";
const TOKEN_MS = 15 * 60 * 1000;
/** Jobs can be done before the first answer has reached Discord, which has 3 seconds for it. */
const FIRST_ANSWER_MS = 3000;
const LOOK_MS = 200;
const PROGRESS_MS = 1000;

export type InteractionAnswers = ReturnType<typeof createInteractionAnswers>;

interface Options {
	rest: REST;
	log: Pick<Logger, "warn">;
	now: () => Date;
	firstAnswerMs?: number;
}

export function createInteractionAnswers({ rest, log, now, firstAnswerMs = FIRST_ANSWER_MS }: Options) {
	/** Commands that tell of their progress, by key. What is told last must not come after the answer. */
	const telling = new Map<string, { at: number; told: Promise<unknown>; answered: boolean }>();

	/** No token of the bot's goes with these calls: a refusal would be taken to mean that one. */
	const patch = async ({ application, token }: Via, message: string, { body, files }: Rendered) => {
		const edit = (edited: MessageBody) =>
			rest.patch(Routes.webhookMessage(application, token, message), { body: edited, files, auth: false });
		const edited = editOf(body);
		const answer = await edit(edited).catch((error) => {
			if (isAboutEmoji(error)) return edit(withoutServerEmoji(edited));
			throw error;
		});
		// The shape of this route's answer.
		return answer as APIMessage;
	};

	/** Waits for the first answer to be there. @throws what is refused once it must be */
	async function onceAnswered<T>(act: () => Promise<T>): Promise<T> {
		const end = performance.now() + firstAnswerMs;
		for (;;) {
			try {
				return await act();
			} catch (error) {
				const isEarly = codeOf(error) === Codes.UnknownWebhook && performance.now() < end;
				if (!isEarly) throw error;
			}
			await setTimeout(LOOK_MS);
		}
	}

	/** A message of its own. The webhook knows no nonce: what is sent twice is there twice. */
	async function followUp({ application, token }: Via, { body, files }: Rendered): Promise<string> {
		const send = (message: MessageBody) =>
			rest.post(Routes.webhook(application, token), {
				body: { ...message, flags: (message.flags ?? 0) | MessageFlags.Ephemeral },
				files,
				auth: false,
			});
		const posted = await send(body).catch((error) => {
			if (isAboutEmoji(error)) return send(withoutServerEmoji(body));
			throw error;
		});
		// The shape of this route's answer.
		return (posted as APIMessage).id;
	}

	/** @returns undefined for what the token can't do any more */
	async function byToken<T>(act: () => Promise<T>): Promise<T | undefined> {
		try {
			return await onceAnswered(act);
		} catch (error) {
			if (isTokenGone(error)) return undefined;
			throw error;
		}
	}

	return {
		/** Whether the token is of no use any more. */
		isOver: ({ time }: Pick<ChatEvent, "time">): boolean => now().getTime() - Date.parse(time) >= TOKEN_MS,

		/**
		 * Puts the answer to a command in the place of "is thinking…". What is for the person alone where everyone sees that
		 * the bot thinks, is a message of its own, and the thinking goes.
		 * @returns the id of the message; undefined if the token is of no use any more
		 */
		async answer(event: ChatEvent, via: Via, rendered: Rendered): Promise<string | undefined> {
			const state = telling.get(event.key);
			if (state) state.answered = true;
			await state?.told;
			const isPrivate = ((rendered.body.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
			return await byToken(async () => {
				try {
					if (!isPrivate || via.ephemeral) return (await patch(via, ORIGINAL, rendered)).id;
				} catch (error) {
					// Taken away by who asked, or by a moderator: nobody waits for it.
					if (isGone(error)) return event.key;
					throw error;
				}
				await rest.delete(Routes.webhookMessage(via.application, via.token), { auth: false }).catch((error) => {
					if (!isGone(error)) throw error;
				});
				return await followUp(via, rendered);
			});
		},

		/** An answer to a choice, for the person alone: the message with the control stays as it is. */
		say: (via: Via, rendered: Rendered): Promise<string | undefined> => byToken(() => followUp(via, rendered)),

		/** Changes the message with the control that was used, which may be one that only this person sees. */
		async edit(via: Via, rendered: Rendered): Promise<void> {
			try {
				await byToken(() => patch(via, ORIGINAL, rendered));
			} catch (error) {
				if (!isGone(error) && codeOf(error) !== Codes.InvalidActionOnArchivedThread) throw error;
			}
		},

		/** The answer to a command, if it carries this marker. */
		async find({ application, token }: Via, marker: string): Promise<string | undefined> {
			try {
				// The shape of this route's answer.
				const message = (await rest.get(Routes.webhookMessage(application, token), { auth: false })) as APIMessage;
				return carries(message, markerNumber(marker)) ? message.id : undefined;
			} catch (error) {
				if (isTokenGone(error) || isGone(error)) return undefined;
				throw error;
			}
		},

		/** Says in the place of "is thinking…" how far a command is; at most once a second, and not after its answer. */
		async progress({ key }: ChatEvent, via: Via, text: string): Promise<void> {
			const state = telling.get(key) ?? { at: Number.NEGATIVE_INFINITY, told: Promise.resolve(), answered: false };
			if (state.answered || performance.now() - state.at < PROGRESS_MS) return;
			state.at = performance.now();
			telling.set(key, state);
			const tell = async () => {
				const view = { blocks: [{ kind: "note" as const, text: [text] }] };
				await onceAnswered(async () => patch(via, ORIGINAL, await renderView(view, { marker: `${key} progress` })));
			};
			state.told = state.told.then(tell).catch((error) => log.warn({ err: error }, "progress could not be told"));
			await state.told;
		},

		/** Nothing more comes of an event. */
		settled: ({ key }: Pick<ChatEvent, "key">): boolean => telling.delete(key),
	};
}
