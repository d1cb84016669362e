/** A front's process: takes events in and leaves the work to workers (design section 1). Loads no model and no images. */
import type { Config, DiscordConfig } from "../config.ts";
import { openFrontServices } from "../services/front.ts";
import { sharedServers } from "../services/shared-servers.ts";
import type { FrontServices } from "../services.ts";
import { lockFolder } from "../store/folder-lock.ts";
import { createApp } from "./app.ts";
import { listen } from "./listen.ts";
import { createLog } from "./log.ts";
import { chatLine, intakeChecks, type RunningProcess, running } from "./running.ts";

/**
 * Starts everything; resolves once it answers.
 * @throws UserError `config.not-shared`, `server.*`, `store.*`
 */
export function startFront(config: Config): Promise<RunningProcess> {
	return running(async (onClose) => {
		const services = await openFrontServices(config, createLog(config.logLevel));
		const discord = config.discord && (await mountDiscord(services, config.discord));
		onClose(async () => {
			await services.close();
			await discord?.close();
		});
		const app = createApp({ registry: services.metrics.registry, ...intakeChecks(services) });
		// Its pictures lie in the data folder.
		if (config.localChat) onClose(lockFolder(config.dataDir));
		const chat = config.localChat ? await mountChat(services) : undefined;
		if (chat) app.route("/", chat.routes);
		if (discord?.routes) app.route("/", discord.routes);
		const http = await listen(app, config);
		onClose(() => http.close());
		onClose(() => chat?.close());
		await chat?.open(http.url);
		return { url: http.url, greeting: [...(chat ? [chatLine(http.url)] : []), `Front: ${http.url}/readyz`] };
	});
}

/** Loaded only where it is served: its library takes its time. */
async function mountDiscord(services: FrontServices, discord: DiscordConfig) {
	const { openDiscord } = await import("./discord.ts");
	return openDiscord(services, discord);
}

/** Loaded only where it is on: its previews need the image library. */
async function mountChat(services: FrontServices) {
	const { mountFrontChat } = await import("./local-chat.ts");
	return mountFrontChat(services, sharedServers(services.config, "front").redisUrl);
}
