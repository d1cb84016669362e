/** Something that a person asks of the app, and what came of it. */
import { randomBytes } from "node:crypto";
import {
	type APICommandAutocompleteInteractionResponseCallbackData,
	type APIModalInteractionResponseCallbackData,
	InteractionResponseType,
	type InteractionType,
} from "discord.js";
import type { Channel, Message, User } from "./records.ts";

/** What the app is asked. */
export interface Asked {
	type: InteractionType;
	user: User;
	channel: Channel;
	/** `data` of the interaction. */
	data: object;
	/** The message whose component was used, or whose component had opened the form that is sent. */
	on?: Message;
	/** Through which installations: of the server (0), of the person (1). */
	owners: Record<string, string>;
}

/**
 * `waiting` for the first answer; `answered` in time; `late`: not within Discord's 3 seconds; `refused`: with an answer
 * that Discord doesn't take.
 */
export type Outcome = "waiting" | "answered" | "late" | "refused";

/** The signed request that brought it, where it came by HTTP. */
export interface SignedRequest {
	headers: Record<string, string>;
	body: string;
}

export class Interaction {
	readonly id: string;
	readonly token: string;
	readonly asked: Asked;
	readonly at: Date;
	outcome: Outcome = "waiting";
	/** Why it was refused. */
	why: string | undefined;
	/** The first answer. */
	answer: { type: InteractionResponseType; data: unknown } | undefined;
	/** What `@original` is. */
	original: Message | undefined;
	readonly followUps: Message[] = [];
	request: SignedRequest | undefined;
	/** How long the first answer took, in milliseconds. */
	tookMs: number | undefined;
	readonly #settled: Promise<void>;
	#settle: () => void = () => {};

	constructor(id: string, asked: Asked, at: Date) {
		this.id = id;
		this.asked = asked;
		this.at = at;
		this.token = Buffer.from(`interaction:${id}:${randomBytes(64).toString("hex")}`).toString("base64url");
		this.#settled = new Promise((resolve) => {
			this.#settle = resolve;
		});
	}

	/** The dialog that it was answered with. */
	get modal(): APIModalInteractionResponseCallbackData | undefined {
		if (this.answer?.type !== InteractionResponseType.Modal) return undefined;
		// It was checked to be one when it was taken.
		return this.answer.data as APIModalInteractionResponseCallbackData;
	}

	/** What was offered to complete what was typed. */
	get choices(): (string | number)[] {
		if (this.answer?.type !== InteractionResponseType.ApplicationCommandAutocompleteResult) return [];
		// As above.
		const { choices = [] } = this.answer.data as APICommandAutocompleteInteractionResponseCallbackData;
		return choices.map(({ value }) => value);
	}

	/** Only the person's own installation brings the app here. */
	get isVisit(): boolean {
		return this.asked.owners[0] === undefined;
	}

	end(outcome: Exclude<Outcome, "waiting">, why?: string): void {
		if (this.outcome !== "waiting") return;
		this.outcome = outcome;
		this.why = why;
		this.#settle();
	}

	/** Resolves once the first answer is there, or will never be. */
	settled(): Promise<void> {
		return this.#settled;
	}
}
