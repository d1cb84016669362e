/** Discord in a process: what answers there and, where events are taken in, how they come. */
import { REST } from "discord.js";
import type { Hono } from "hono";
import { type AnswerInteraction, createInteractionAnswerer } from "../chat/discord/answer-interaction.ts";
import { createGateway, type Gateway } from "../chat/discord/gateway.ts";
import { createOwnResponses, type OwnResponses } from "../chat/discord/own-responses.ts";
import { createDiscordPort } from "../chat/discord/port.ts";
import { createRateLimits } from "../chat/discord/rate-limits.ts";
import { createInteractionRoutes } from "../chat/discord/routes.ts";
import type { DiscordConfig } from "../config.ts";
import { complete } from "../handle/complete.ts";
import { formOf } from "../handle/forms.ts";
import { receive } from "../handle/receive.ts";
import { createImageFetcher } from "../images/fetch.ts";
import type { FrontServices } from "../services.ts";

/** What answers on Discord. */
export interface DiscordAnswers {
	rest: REST;
	responses: OwnResponses;
	/** To be called once nothing answers any more. */
	close(): Promise<void>;
}

/** The process answers there from now on, as the services' port. */
export function answerOnDiscord(services: FrontServices, discord: DiscordConfig): DiscordAnswers {
	const { config, log, now } = services;
	const { redisUrl, trustedImageOrigins } = config;
	const { applicationId, token, apiUrl, messageContent } = discord;
	const limits = createRateLimits({ applicationId, log, ...(redisUrl !== undefined && { redisUrl }) });
	const rest = new REST({ api: apiUrl, makeRequest: limits.makeRequest }).setToken(token);
	const responses = createOwnResponses();
	const fetcher = createImageFetcher({ trustedOrigins: trustedImageOrigins });
	services.ports.discord = createDiscordPort({
		rest,
		responses,
		fetcher,
		trustedImageOrigins,
		messageContent,
		log,
		now,
	});
	return {
		rest,
		responses,
		async close() {
			limits.close();
			await fetcher.close();
		},
	};
}

/** Where interactions come in, and how they are answered at first: the same whichever way they come. */
export interface DiscordWays extends DiscordAnswers {
	answer: AnswerInteraction;
	/** `POST /discord/interactions`, where the application's key is known. */
	routes?: Hono;
}

/** The process answers there from now on, and is ready for interactions. */
export function openDiscord(services: FrontServices, discord: DiscordConfig): DiscordWays {
	const { store, log, now } = services;
	const answers = answerOnDiscord(services, discord);
	const answer = createInteractionAnswerer({
		receive: (event) => receive(event, services),
		complete: (command, option, typed, from) => complete(command, option, typed, from, services),
		formOf,
		store,
		responses: answers.responses,
		now,
		log,
	});
	const { publicKey } = discord;
	if (publicKey === undefined) return { ...answers, answer };
	return { ...answers, answer, routes: createInteractionRoutes({ publicKey, answer, now, log }) };
}

/** Takes in what Discord tells over the gateway, interactions too, once it is run. */
export function openGateway(services: FrontServices, discord: DiscordConfig, ways: DiscordWays): Gateway {
	const { store, log, now } = services;
	const { rest, answer } = ways;
	return createGateway({ discord, rest, receive: (event) => receive(event, services), answer, store, now, log });
}
