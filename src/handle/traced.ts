/** The log of one event, in whatever process: every line names it and its trace. */
import { type ChatEvent, jobId } from "../chat/event.ts";
import type { FrontServices } from "../services.ts";

/** The services with a log whose lines say which event they are about. */
export function traced<Some extends Pick<FrontServices, "log">>(event: ChatEvent, services: Some): Some {
	return { ...services, log: services.log.child({ trace: event.trace, job: jobId(event) }) };
}
