/** The bot's port on a local Discord, and the events that what people do there raises. */
import { GatewayDispatchEvents, REST, InteractionResponseType as Responses, Routes } from "discord.js";
import { pino } from "pino";
import { type Place, placeIn } from "../../src/chat/discord/ids.ts";
import { translate } from "../../src/chat/discord/interactions.ts";
import { eventOf } from "../../src/chat/discord/message-events.ts";
import { createOwnResponses } from "../../src/chat/discord/own-responses.ts";
import { createDiscordPort, type DiscordPortOptions } from "../../src/chat/discord/port.ts";
import { registerCommands } from "../../src/chat/discord/register.ts";
import { makeRequest } from "../../src/chat/discord/request.ts";
import type { ChoiceEvent, CommandEvent, ImagesPostedEvent } from "../../src/chat/event.ts";
import type { RichText, View } from "../../src/chat/view.ts";
import { formOf } from "../../src/handle/forms.ts";
import { createImageFetcher } from "../../src/images/fetch.ts";
import { startDiscord } from "./discord/discord.ts";
import type { Interaction } from "./discord/interaction.ts";
import type { Channel, Message } from "./discord/records.ts";
import { messageJson } from "./discord/wire.ts";

/** What an interaction is answered with first; nothing: it isn't. */
export type First = { type: Responses; data?: object } | undefined;
export const deferred: First = { type: Responses.DeferredChannelMessageWithSource };
export const deferredEphemeral: First = { ...deferred, data: { flags: 64 } };
export const deferredUpdate: First = { type: Responses.DeferredMessageUpdate };

export type DiscordBot = Awaited<ReturnType<typeof startDiscordBot>>;

export async function startDiscordBot() {
	let now = new Date("2026-03-01T12:00:00Z");
	const discord = await startDiscord({ now: () => now });
	const rest = new REST({ makeRequest, api: discord.apiUrl, offset: 5 }).setToken(discord.token);
	const fetcher = createImageFetcher({ trustedOrigins: [discord.cdn.origin] });
	const responses = createOwnResponses();
	const lines: string[] = [];
	const log = pino({ base: null }, { write: (line) => void lines.push(line) });
	const newPort = (more: Partial<DiscordPortOptions> = {}) =>
		createDiscordPort({
			rest,
			responses,
			fetcher,
			trustedImageOrigins: [discord.cdn.origin],
			messageContent: true,
			log,
			now: () => now,
			firstAnswerMs: 500,
			...more,
		});

	function placeOf({ id, type, guild, parent }: Channel): Place {
		return placeIn(guild?.id, { id, type, parent_id: parent?.id });
	}

	/** What the gateway would make of a message. */
	function read(message: Message): ReturnType<typeof eventOf> {
		const json = messageJson(discord.world, message, true);
		// As its name says: a message as Discord sends it.
		const raw = json as Parameters<typeof eventOf>[0];
		return eventOf(raw, { place: placeOf(message.channel), ourIds: [discord.bot.id], canModerate: false });
	}

	return {
		discord,
		rest,
		responses,
		fetcher,
		newPort,
		placeOf,
		/** Of the port's log. */
		lines,
		register: () => registerCommands(discord),

		/** Time goes by. */
		later(ms: number): void {
			now = new Date(now.getTime() + ms);
		},

		imagesPosted(message: Message): ImagesPostedEvent {
			const event = read(message);
			if (event?.kind !== "images-posted") throw new Error(`that is ${event?.kind}`);
			return event;
		},

		mention(message: Message): CommandEvent {
			const event = read(message);
			if (event?.kind !== "command") throw new Error(`that is ${event?.kind}`);
			return event;
		},

		/** What someone does with commands and controls, answered at first as told. */
		async asked(act: () => Promise<Interaction>, first: First): Promise<CommandEvent | ChoiceEvent> {
			const asked = new Promise<CommandEvent | ChoiceEvent>((resolve, reject) => {
				discord.world.onDispatch = ({ type, data }) => {
					if (type !== GatewayDispatchEvents.InteractionCreate) return;
					const payload = data(true);
					const what = translate(payload, formOf);
					if ("event" in what) resolve(what.event);
					else reject(new Error(`that is ${what.kind}`));
					// As its name says: an interaction as Discord sends it.
					const { id, token } = payload as { id: string; token: string };
					if (first) void rest.post(Routes.interactionCallback(id, token), { body: first, auth: false });
				};
			});
			await (first ? act() : Promise.race([act(), asked]));
			return await asked;
		},

		async close(): Promise<void> {
			await fetcher.close();
			await discord.close();
		},
	};
}

export function saying(...text: RichText): View {
	return { blocks: [{ kind: "text", text }] };
}
