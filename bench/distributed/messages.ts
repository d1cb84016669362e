/** What the benchmark and its processes say to each other. */
import type { ChatEvent } from "../../src/chat/event.ts";
import type { Label } from "../../src/classify/types.ts";

/** To a worker. */
export type Order =
	| { kind: "pause" }
	| { kind: "resume" }
	| { kind: "report" }
	/** Works on these events, which are written down, without a queue: as many at once as with one. */
	| { kind: "direct"; events: ChatEvent[] }
	| { kind: "prepare"; labelSets: Label[][] };

/** From a worker or the front. */
export type Told =
	| { kind: "ready"; url?: string }
	| { kind: "done" }
	/** An answer was given; `at` in milliseconds since 1970. `wrong`: it only says what went wrong. */
	| { kind: "answered"; key: string; at: number; wrong: boolean }
	| ({ kind: "report" } & Report);

export interface Report {
	/** Seconds of processor time since the start, all threads. */
	cpu: number;
	textsEncoded: number;
	/** Prompts found encoded by another process. */
	sharedHits: number;
	/** Bytes. */
	rss: number;
	/** Bytes that JavaScript holds after what is garbage was let go, where the process may ask for that. */
	heap: number;
	/** Open files, sockets and pipes; 0 where the system doesn't tell. */
	handles: number;
}
