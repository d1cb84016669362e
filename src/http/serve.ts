/** The all-in-one process: services, the local chat, health and metrics behind one HTTP server. */
import type { Config } from "../config.ts";
import { workerOf } from "../handle/handle.ts";
import { openEmbeddedServices } from "../services/embedded.ts";
import { createApp } from "./app.ts";
import { listen } from "./listen.ts";
import { mountLocalChat } from "./local-chat.ts";
import { createLog } from "./log.ts";
import { watchModel } from "./model-watch.ts";
import { preparePool } from "./prepare-pool.ts";
import { encodeProbe } from "./probe.ts";
import { chatLine, modelLine, type RunningProcess, running, sharedChecks, warnings } from "./running.ts";

/**
 * Starts everything; resolves once it answers.
 * @throws UserError `server.*`, `store.*`, `model.*`
 */
export function startServer(config: Config): Promise<RunningProcess> {
	return running(async (onClose) => {
		const services = await openEmbeddedServices(config, createLog(config.logLevel));
		onClose(() => services.close());
		const { classifier, jobs, log, metrics } = services;

		const model = watchModel({ probe: () => encodeProbe(classifier), jobs, worker: workerOf(services), log });
		const app = createApp({ registry: metrics.registry, checks: { ...sharedChecks(services), model: model.check } });
		let url: string | undefined;
		const chat = (config.localChat ?? true) ? mountLocalChat(services, () => url) : undefined;
		if (chat) app.route("/", chat.routes);
		const http = await listen(app, config);
		onClose(() => http.close());
		onClose(() => chat?.close());
		url = http.url;

		onClose(() => model.stop());
		await model.start();
		await chat?.recover();
		preparePool(services);
		return { url, greeting: [modelLine(services), ...(chat ? [chatLine(url)] : []), ...warnings(config)] };
	});
}
