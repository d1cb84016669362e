/** How interactions reach the app, by the gateway or as signed requests, and what its answers do. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import {
	InteractionResponseType as Answers,
	GatewayDispatchEvents,
	MessageFlags,
	InteractionType as Types,
} from "discord.js";
import { type ParsedBody, parseBody, refuseMalformed } from "./http-body.ts";
import { type Asked, Interaction, type SignedRequest } from "./interaction.ts";
import { answerType, interactionJson, interactionMetadata, maySpeak } from "./interaction-json.ts";
import { applyBody } from "./message-body.ts";
import { changed, draft, post } from "./messages.ts";
import type { Message } from "./records.ts";
import { Refusal, refusals } from "./refusals.ts";
import type { World } from "./world.ts";

const TOKEN_MS = 15 * 60 * 1000;

/** Which answers an interaction may get first. */
const ALLOWED: Record<Types, readonly Answers[]> = {
	[Types.Ping]: [Answers.Pong],
	[Types.ApplicationCommand]: [
		Answers.ChannelMessageWithSource,
		Answers.DeferredChannelMessageWithSource,
		Answers.Modal,
	],
	[Types.MessageComponent]: [
		Answers.ChannelMessageWithSource,
		Answers.DeferredChannelMessageWithSource,
		Answers.DeferredMessageUpdate,
		Answers.UpdateMessage,
		Answers.Modal,
	],
	[Types.ApplicationCommandAutocomplete]: [Answers.ApplicationCommandAutocompleteResult],
	[Types.ModalSubmit]: [
		Answers.ChannelMessageWithSource,
		Answers.DeferredChannelMessageWithSource,
		Answers.DeferredMessageUpdate,
		Answers.UpdateMessage,
	],
};

export class Interactions {
	readonly all: Interaction[] = [];
	/** Where they are posted to; undefined: they come by the gateway. */
	url: string | undefined;
	/** How long the app has for its first answer. */
	answerMs = 3000;
	/** In hex, as the developer portal shows it. */
	readonly publicKey: string;
	readonly #privateKey: KeyObject;
	readonly #world: World;

	constructor(world: World) {
		this.#world = world;
		const { privateKey, publicKey } = generateKeyPairSync("ed25519");
		this.#privateKey = privateKey;
		this.publicKey = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url").toString("hex");
	}

	/** A body with the headers that say it comes from Discord. */
	signed(body: string, key = this.#privateKey): SignedRequest {
		const timestamp = `${Math.floor(this.#world.now().getTime() / 1000)}`;
		const signature = sign(null, Buffer.from(timestamp + body), key).toString("hex");
		const headers = {
			"content-type": "application/json",
			"user-agent": "Discord-Interactions/1.0 (+https://discord.com)",
			"x-signature-ed25519": signature,
			"x-signature-timestamp": timestamp,
		};
		return { headers, body };
	}

	/**
	 * Sets where interactions are posted to, as the developer portal does: only if a ping is answered, and one with a wrong
	 * signature refused.
	 */
	async serveAt(url: string): Promise<void> {
		const id = this.#world.nextId();
		const ping = JSON.stringify({ id, application_id: this.#world.appId, type: Types.Ping, token: "ping", version: 1 });
		const answered = await fetch(url, { method: "POST", ...this.signed(ping) });
		// Whatever it answered, its type is compared.
		const { type } = (await answered.json().catch(() => ({}))) as { type?: number };
		if (answered.status !== 200 || type !== Answers.Pong)
			throw new Error(`${url} answered a ping with ${answered.status}`);
		const foreign = generateKeyPairSync("ed25519").privateKey;
		const refused = await fetch(url, { method: "POST", ...this.signed(ping, foreign) });
		await refused.body?.cancel();
		if (refused.status !== 401) throw new Error(`${url} answered a wrong signature with ${refused.status}`);
		this.url = url;
	}

	/** Asks the app, and waits for its first answer for as long as Discord does. */
	async ask(asked: Asked): Promise<Interaction> {
		const interaction = new Interaction(this.#world.nextId(), asked, this.#world.now());
		this.all.push(interaction);
		const began = performance.now();
		const timer = setTimeout(() => interaction.end("late"), this.answerMs);
		const json = interactionJson(this.#world, interaction);
		if (this.url) void this.#post(this.url, interaction, JSON.stringify(json));
		else this.#world.onDispatch({ type: GatewayDispatchEvents.InteractionCreate, data: () => json });
		await interaction.settled();
		clearTimeout(timer);
		interaction.tookMs = performance.now() - began;
		return interaction;
	}

	async #post(url: string, interaction: Interaction, body: string): Promise<void> {
		interaction.request = this.signed(body);
		try {
			const signal = AbortSignal.timeout(this.answerMs);
			const response = await fetch(url, { method: "POST", ...interaction.request, signal });
			const bytes = new Uint8Array(await response.arrayBuffer());
			if (response.status === 202 || response.status === 204) return;
			if (response.status !== 200) return interaction.end("refused", `answered with HTTP ${response.status}`);
			const parsed = await parseBody(bytes, response.headers.get("content-type") ?? undefined);
			const route = `POST /interactions/${interaction.id}/${interaction.token}/callback`;
			if (this.#world.checksBodies) refuseMalformed(route, parsed);
			await this.answer(interaction, parsed);
		} catch (error) {
			if (interaction.outcome !== "waiting") return;
			const isLate = error instanceof Error && error.name === "TimeoutError";
			const words = error instanceof Refusal ? `${error.message} ${JSON.stringify(error.errors ?? "")}` : `${error}`;
			interaction.end(isLate ? "late" : "refused", words);
		}
	}

	/**
	 * Takes the first answer.
	 * @throws Refusal 10062 once it is too late, 40060 if there is one already, 50035 if it is none
	 */
	async answer(interaction: Interaction, { json, files }: ParsedBody): Promise<void> {
		if (interaction.outcome === "late" || interaction.outcome === "refused") throw refusals.unknownInteraction();
		if (interaction.answer) throw refusals.alreadyAcknowledged();
		// What it isn't, is refused below.
		const { type, data } = (json ?? {}) as { type?: Answers; data?: { flags?: number } };
		const { asked } = interaction;
		const updates = type === Answers.DeferredMessageUpdate || type === Answers.UpdateMessage;
		if (type === undefined || !ALLOWED[asked.type].includes(type) || (updates && !asked.on)) {
			throw refusals.invalidForm("type", `An interaction of type ${asked.type} can't be answered so`);
		}
		interaction.answer = { type, data };
		try {
			await this.#act(interaction, type, { json: data, files });
		} catch (error) {
			interaction.answer = undefined;
			throw error;
		}
		interaction.end("answered");
	}

	async #act(interaction: Interaction, type: Answers, parsed: ParsedBody): Promise<void> {
		const { on } = interaction.asked;
		if (type === Answers.ChannelMessageWithSource) {
			interaction.original = await this.#say(interaction, parsed, isEphemeral(parsed));
		} else if (type === Answers.DeferredChannelMessageWithSource) {
			const loading = this.#draft(interaction, isEphemeral(parsed));
			loading.flags |= MessageFlags.Loading;
			interaction.original = post(this.#world, loading);
		} else if (type === Answers.DeferredMessageUpdate) interaction.original = on;
		else if (type === Answers.UpdateMessage && on) {
			interaction.original = on;
			await this.edit(on, parsed);
		}
	}

	/** A message after the first answer. The first one after a deferral takes the place of "is thinking…". */
	async followUp(interaction: Interaction, parsed: ParsedBody): Promise<Message> {
		const { original } = interaction;
		if (original && !original.deleted && original.flags & MessageFlags.Loading) {
			await this.edit(original, parsed);
			return original;
		}
		if (interaction.isVisit && interaction.followUps.length >= 5) throw refusals.tooManyFollowUps();
		const message = await this.#say(interaction, parsed, isEphemeral(parsed));
		interaction.followUps.push(message);
		return message;
	}

	async edit(message: Message, parsed: ParsedBody): Promise<void> {
		if (message.channel.thread?.archived) throw refusals.archived();
		const wasLoading = (message.flags & MessageFlags.Loading) !== 0;
		await applyBody(this.#world, message, parsed);
		if (!wasLoading) message.editedAt = this.#world.now();
		changed(this.#world, message);
	}

	/** @throws Refusal as its webhook answers: unknown before the first answer, 50027 after 15 minutes */
	byToken(token: string): Interaction {
		const interaction = this.all.find((one) => one.token === token);
		if (!interaction?.answer) throw refusals.unknownWebhook();
		if (this.#world.now().getTime() - interaction.at.getTime() >= TOKEN_MS) throw refusals.invalidToken();
		return interaction;
	}

	#draft(interaction: Interaction, ephemeral: boolean): Message {
		const { user, channel, on } = interaction.asked;
		const message = draft(this.#world, channel, this.#world.bot, answerType(interaction));
		if (ephemeral || !maySpeak(channel, user, interaction.isVisit)) {
			message.visibleTo = user.id;
			message.flags |= MessageFlags.Ephemeral;
		}
		if (on) message.replyTo = { id: on.id, message: on };
		message.fromInteraction = interactionMetadata(interaction);
		return message;
	}

	async #say(interaction: Interaction, parsed: ParsedBody, ephemeral: boolean): Promise<Message> {
		const message = this.#draft(interaction, ephemeral);
		await applyBody(this.#world, message, parsed);
		return post(this.#world, message);
	}
}

function isEphemeral({ json }: ParsedBody): boolean {
	// A body that is no object has no flags.
	const { flags = 0 } = (json ?? {}) as { flags?: number };
	return (flags & MessageFlags.Ephemeral) !== 0;
}
