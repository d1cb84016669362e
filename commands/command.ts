/** What a chat command is: data that every platform can register and help can print, plus one function. */
import type { z } from "zod";
import type { CommandEvent } from "../src/chat/event.ts";
import type { View } from "../src/chat/view.ts";
import type { Services } from "../src/services.ts";

/**
 * How a command is answered at first (design section 2). `shown-now`: the front answers by itself, at once. `deferred`:
 * "working…" first, then the answer for everyone; `deferred-ephemeral`: the same, for the person alone.
 */
export type FirstAnswer = "shown-now" | "deferred" | "deferred-ephemeral";

export interface Command<Options extends z.ZodObject = z.ZodObject> {
	name: string;
	/** One line, at most 100 characters (Discord's limit). */
	description: string;
	/** Options by name, each with `.describe(…)`; values arrive as the person typed them. */
	options: Options;
	/** The option that takes everything typed after the command's name, where people type instead of picking. */
	typed?: keyof Options["shape"] & string;
	/** Ways to use it, as one would type them. */
	examples: string[];
	who: "everyone" | "moderators";
	firstAnswer: FirstAnswer;
	run(options: z.output<Options>, event: CommandEvent, services: Services): Promise<View>;
}

/** What a platform, `/help` or a completion list needs to know of an option. */
export interface OptionDescription {
	name: string;
	description: string;
	required: boolean;
	choices?: string[];
}

/** A command without its function: plain JSON. */
export interface CommandDescription {
	name: string;
	description: string;
	options: OptionDescription[];
	typed?: string;
	examples: string[];
	who: Command["who"];
}
