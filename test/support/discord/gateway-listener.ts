/** The bot's gateway, run against the local Discord: what it takes in is kept in a list. */
import { REST } from "discord.js";
import { pino } from "pino";
import { vi } from "vitest";
import type { AnswerInteraction } from "../../../src/chat/discord/answer-interaction.ts";
import { createGateway, type Gateway } from "../../../src/chat/discord/gateway.ts";
import { makeRequest } from "../../../src/chat/discord/request.ts";
import type { ChatEvent } from "../../../src/chat/event.ts";
import type { Store } from "../../../src/store/store.ts";
import type { Discord } from "./discord.ts";

/** What a machine under load needs, too. */
export const WITHIN = { timeout: 15_000, interval: 20 };

export interface Listener {
	gateway: Gateway;
	/** New events, in order. */
	taken: ChatEvent[];
	/** As `Gateway.run` gives it. */
	running: Promise<void>;
	/** Resolves once it is connected. */
	connected(): Promise<void>;
	/** Names of the images that were taken in, once there are so many. */
	images(count: number): Promise<string[]>;
}

/** @param answer to interactions; default: none */
export function listenTo(discord: Discord, store: Store, answer: AnswerInteraction = async () => undefined): Listener {
	const { applicationId, apiUrl, token } = discord;
	const taken: ChatEvent[] = [];
	const gateway = createGateway({
		discord: { token, applicationId, apiUrl, messageContent: true },
		rest: new REST({ makeRequest, api: apiUrl }).setToken(token),
		async receive(event) {
			if ((await store.intake.record(event, new Date())) === "new") taken.push(event);
		},
		answer,
		store,
		now: () => new Date(),
		log: pino({ level: "silent" }),
		timing: { markMs: 20, overlapMs: 1_000, connectMs: 10 },
	});
	const running = gateway.run();
	running.catch(() => {});
	const names = () =>
		taken.flatMap((event) => (event.kind === "images-posted" ? event.attachments : [])).map(({ name }) => name);
	return {
		gateway,
		taken,
		running,
		connected: () => vi.waitFor(() => gateway.check(), WITHIN),
		images: (count) => vi.waitUntil(() => names().length >= count && names(), WITHIN),
	};
}
