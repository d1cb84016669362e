/** What a chat command is: data that every platform can register and help can print, plus one function. */
import type { z } from "zod";
import type { CommandEvent } from "../src/chat/event.ts";
import type { View } from "../src/chat/view.ts";
import { commandErrors } from "../src/errors.ts";
import type { FrontServices, Services } from "../src/services.ts";

/**
 * How a command is answered at first (design section 2). `shown-now`: the front answers by itself, at once. `deferred`:
 * "working…" first, then the answer for everyone; `deferred-ephemeral`: the same, for the person alone.
 */
export type FirstAnswer = "shown-now" | "deferred" | "deferred-ephemeral";

/** Who asks for completion, and where. */
export type AskedFrom = Pick<CommandEvent, "platform" | "workspace" | "channel" | "actor">;
export type Complete = (typed: string, from: AskedFrom, services: FrontServices) => Promise<string[]>;

/** A command's answer. @throws UserError whose words are the answer */
type Run<Given, Needed> = (options: Given, event: CommandEvent, services: Needed) => Promise<View>;

/** What shows its answer at once is run where no model is. */
type Answered<Given> =
	| { firstAnswer: "shown-now"; run: Run<Given, FrontServices> }
	| { firstAnswer: Exclude<FirstAnswer, "shown-now">; run: Run<Given, Services> };

/** A command as its file writes it down. */
export type CommandDefinition<Options extends z.ZodObject> = Described<Options> & Answered<z.output<Options>>;

interface Described<Options extends z.ZodObject> {
	/** One word, or two where a command has several parts, each a command of its own: `labels set`. */
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
	/** What could be meant, for options that pick from known things: given what is typed so far, at most 25. */
	complete?: { [Option in keyof Options["shape"]]?: Complete };
}

/** A command as everyone else uses it: options come raw and are parsed on the way in (UserError `command.*`). */
export type Command = Omit<Described<z.ZodObject>, "typed" | "complete"> & {
	typed?: string;
	complete?: Record<string, Complete | undefined>;
} & Answered<Record<string, string>>;

export function defineCommand<Options extends z.ZodObject>(definition: CommandDefinition<Options>): Command {
	const parsing =
		<Needed>(run: Run<z.output<Options>, Needed>): Run<Record<string, string>, Needed> =>
		async (raw, event, services) =>
			run(parseOptions(definition, raw), event, services);
	// One at a time, so that what is shown at once stays known to need no model.
	if (definition.firstAnswer === "shown-now") return { ...definition, run: parsing(definition.run) };
	return { ...definition, run: parsing(definition.run) };
}

function parseOptions<Options extends z.ZodObject>(
	{ name, options, examples }: CommandDefinition<Options>,
	raw: Record<string, string>,
): z.output<Options> {
	const unknown = Object.keys(raw).find((option) => !Object.hasOwn(options.shape, option));
	if (unknown !== undefined) throw commandErrors.badOption(name, unknown, "it has no such option");
	const parsed = options.safeParse(raw);
	if (parsed.success) return parsed.data;
	const issue = parsed.error.issues[0];
	const option = String(issue?.path[0]);
	if (raw[option] === undefined) throw commandErrors.missing(name, option, examples[0] ?? "");
	throw commandErrors.badOption(name, `${option}:${raw[option]}`, issue?.message ?? "it can't be read");
}

/** What a platform, `/help` or a completion list needs to know of an option. */
export interface OptionDescription {
	name: string;
	description: string;
	required: boolean;
	choices?: string[];
	/** Whether `complete` knows what could be meant. */
	completes?: boolean;
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
