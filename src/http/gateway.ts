/** A gateway's process: takes in what Discord tells over its gateway, for workers to work on (design section 1). */
import type { Config } from "../config.ts";
import { discordErrors } from "../errors.ts";
import { openFrontServices } from "../services/front.ts";
import { createApp } from "./app.ts";
import { openDiscord, openGateway } from "./discord.ts";
import { listen } from "./listen.ts";
import { createLog } from "./log.ts";
import { intakeChecks, type RunningProcess, running } from "./running.ts";

/**
 * Starts everything; resolves once it answers. Discord may be gone: it connects once it is there.
 * @throws UserError `discord.not-configured`, `config.not-shared`, `server.*`, `store.*`
 */
export function startGateway(config: Config): Promise<RunningProcess> {
	return running(async (onClose) => {
		if (!config.discord) throw discordErrors.notConfigured();
		const services = await openFrontServices(config, createLog(config.logLevel), "gateway");
		const ways = openDiscord(services, config.discord);
		onClose(async () => {
			await services.close();
			await ways.close();
		});
		const gateway = openGateway(services, config.discord, ways);
		const { checks, reported } = intakeChecks(services);
		const app = createApp({
			registry: services.metrics.registry,
			checks: { ...checks, discord: () => gateway.check() },
			reported,
		});
		const http = await listen(app, config);
		onClose(() => http.close());
		onClose(() => gateway.close());
		return { url: http.url, greeting: [`Gateway: ${http.url}/readyz`], begun: gateway.run() };
	});
}
