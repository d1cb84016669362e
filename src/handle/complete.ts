/** What could be meant by what someone has typed so far, for options that pick from known things. */
import { catalogue, findCommand } from "../../commands/catalogue.ts";
import type { AskedFrom } from "../../commands/command.ts";
import type { FrontServices } from "../services.ts";

/** What platforms show at most (Discord): completions, and UTF-16 units of each. */
const MOST = 25;
const LONGEST = 100;

/**
 * Those that start with what is typed first, then those that contain it.
 * @returns at most 25 of at most 100 characters; none for a command or option that knows nothing
 */
export async function complete(
	commandName: string,
	option: string,
	typed: string,
	from: AskedFrom,
	services: FrontServices,
): Promise<string[]> {
	const completes = findCommand(commandName)?.complete ?? {};
	const known = Object.hasOwn(completes, option) ? completes[option] : undefined;
	const choices = catalogue
		.find(({ name }) => name === commandName)
		?.options.find(({ name }) => name === option)?.choices;
	const candidates = known ? await known(typed, from, services) : (choices ?? []);
	const wanted = typed.trim().toLowerCase();
	const place = (candidate: string) => candidate.toLowerCase().indexOf(wanted);
	const fitting = candidates.filter((candidate) => candidate.length <= LONGEST && place(candidate) >= 0);
	const starting = fitting.filter((candidate) => place(candidate) === 0);
	return [...new Set([...starting, ...fitting])].slice(0, MOST);
}
