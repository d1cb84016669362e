/** A worker's process: takes jobs and posts their answers; over HTTP it tells only how it is (design section 1). */
import type { Config, DiscordConfig } from "../config.ts";
import { workerOf } from "../handle/handle.ts";
import { sharedServers } from "../services/shared-servers.ts";
import { openWorkerServices } from "../services/worker.ts";
import type { FrontServices } from "../services.ts";
import { createApp } from "./app.ts";
import { type Listening, listen } from "./listen.ts";
import { answerInLocalChat } from "./local-chat.ts";
import { createLog } from "./log.ts";
import { watchModel } from "./model-watch.ts";
import { preparePool } from "./prepare-pool.ts";
import { encodeProbe } from "./probe.ts";
import { modelLine, type RunningProcess, running, sharedChecks, warnings } from "./running.ts";

/**
 * Starts everything; resolves once it answers.
 * @throws UserError `config.not-shared`, `server.*`, `store.*`, `model.*`
 */
export function startWorker(config: Config): Promise<RunningProcess> {
	return running(async (onClose) => {
		const services = await openWorkerServices(config, createLog(config.logLevel));
		const { classifier, jobs, log, metrics } = services;
		const endChat = config.localChat
			? answerInLocalChat(services, sharedServers(config, "worker").redisUrl)
			: undefined;
		const discord = config.discord && (await mountDiscord(services, config.discord));
		let http: Listening | undefined;
		// First no more jobs are taken, whoever is still connected.
		onClose(() => http?.close());
		onClose(async () => {
			await services.close();
			endChat?.();
			await discord?.close();
		});

		const model = watchModel({ probe: () => encodeProbe(classifier), jobs, worker: workerOf(services), log });
		const app = createApp({ registry: metrics.registry, checks: { ...sharedChecks(services), model: model.check } });
		http = await listen(app, config);
		onClose(() => model.stop());
		// Without Redis, jobs are taken once it is there.
		const begun = model.start();
		preparePool(services);
		return { url: http.url, greeting: [modelLine(services), `Worker: ${http.url}/readyz`, ...warnings(config)], begun };
	});
}

/** Loaded only where it is served: its library takes its time. */
async function mountDiscord(services: FrontServices, discord: DiscordConfig) {
	const { answerOnDiscord } = await import("./discord.ts");
	return answerOnDiscord(services, discord);
}
