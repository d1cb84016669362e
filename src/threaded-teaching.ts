/** Learning in a thread of its own: with hundreds of examples it takes a second, and a server has others to answer. */
import { Piscina } from "piscina";
import type { LabelSet, ModelAndPool } from "./classify/classify.ts";
import { type ConfirmedExample, teach } from "./classify/learning.ts";
import type { Taught, TeachingTask } from "./teaching-thread.ts";

/** Teaches label sets, wherever that is done. */
export interface Teacher {
	/** As `teach` of classify/learning.ts. */
	teach(set: LabelSet, examples: readonly ConfirmedExample[], scoring: ModelAndPool): Promise<LabelSet>;
	close(): Promise<void>;
}

/** In the thread that asks. */
export const teacherHere: Teacher = {
	teach: async (set, examples, scoring) => teach(set, examples, scoring),
	close: async () => {},
};

/** How long the thread is kept when nothing is learned. */
const IDLE_MS = 60_000;

/** In one thread beside it, started when it is needed. Runs from the built files only: Node 20 starts no TypeScript. */
export function createThreadedTeacher(): Teacher {
	const pool = new Piscina<TeachingTask, Taught>({
		filename: new URL("./teaching-thread.js", import.meta.url).href,
		minThreads: 0,
		maxThreads: 1,
		idleTimeout: IDLE_MS,
	});
	return {
		teach: async (set, examples, scoring) => ({ ...set, ...(await pool.run({ set, examples, scoring })) }),
		close: () => pool.close(),
	};
}
