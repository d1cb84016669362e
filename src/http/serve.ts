/** The all-in-one process: services, the local chat, Discord, health and metrics behind one HTTP server. */
import type { Config, DiscordConfig } from "../config.ts";
import { workerOf } from "../handle/handle.ts";
import { openEmbeddedServices } from "../services/embedded.ts";
import type { FrontServices } from "../services.ts";
import { createApp } from "./app.ts";
import { listen } from "./listen.ts";
import { mountLocalChat } from "./local-chat.ts";
import { createLog } from "./log.ts";
import { watchModel } from "./model-watch.ts";
import { preparePool } from "./prepare-pool.ts";
import { encodeProbe } from "./probe.ts";
import { chatLine, discordLine, modelLine, type RunningProcess, running, sharedChecks, warnings } from "./running.ts";

/**
 * Starts everything; resolves once it answers.
 * @throws UserError `server.*`, `store.*`, `model.*`
 */
export function startServer(config: Config): Promise<RunningProcess> {
	return running(async (onClose) => {
		const services = await openEmbeddedServices(config, createLog(config.logLevel));
		const discord = config.discord && (await mountDiscord(services, config.discord));
		onClose(async () => {
			await services.close();
			await discord?.close();
		});
		const { classifier, jobs, log, metrics } = services;

		const model = watchModel({ probe: () => encodeProbe(classifier), jobs, worker: workerOf(services), log });
		const checks = {
			...sharedChecks(services),
			model: model.check,
			...(discord && { discord: () => discord.gateway.check() }),
		};
		const app = createApp({ registry: metrics.registry, checks });
		let url: string | undefined;
		const chat = (config.localChat ?? true) ? mountLocalChat(services, () => url) : undefined;
		if (chat) app.route("/", chat.routes);
		if (discord?.routes) app.route("/", discord.routes);
		const http = await listen(app, config);
		onClose(() => http.close());
		onClose(() => chat?.close());
		url = http.url;

		onClose(() => model.stop());
		await model.start();
		await chat?.recover();
		preparePool(services);
		onClose(() => discord?.gateway.close());
		const greeting = [
			modelLine(services),
			...(chat ? [chatLine(url)] : []),
			...(config.discord ? [discordLine(config.discord)] : []),
			...warnings(config),
		];
		return { url, greeting, ...(discord && { begun: discord.gateway.run() }) };
	});
}

/** Loaded only where it is served: its library takes its time. */
async function mountDiscord(services: FrontServices, discord: DiscordConfig) {
	const { openDiscord, openGateway } = await import("./discord.ts");
	const ways = openDiscord(services, discord);
	return { ...ways, gateway: openGateway(services, discord, ways) };
}
