/** The services `handle` and the commands work with. This file alone knows the concrete classes behind them. */
import type { Logger } from "pino";
import type { Platform } from "./chat/event.ts";
import type { ChatPort } from "./chat/port.ts";
import type { Config } from "./config.ts";

export interface Services {
	config: Config;
	log: Logger;
	ports: Partial<Record<Platform, ChatPort>>;
	/** The clock. */
	now: () => Date;
}
