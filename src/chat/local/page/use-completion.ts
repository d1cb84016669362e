/** What completes the text being typed: what the page knows by itself, and what the server answers for an option. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api } from "./api.ts";
import { type Completion, complete, completeValue } from "./completion.ts";
import { commands, me, people } from "./state.ts";
import { argumentAt } from "./typed-command.ts";

/** Until a quick typist pauses. */
const PAUSE_MS = 120;

export function useCompletion(channel: string, text: string, caret: number): Completion | undefined {
	const offered = complete(text, caret, {
		commands: commands.value,
		people: people.value,
		canModerate: me.value.canModerate,
	});
	const argument = argumentAt(text, caret, commands.value);
	const isAsked = argument?.option.completes === true && offered?.of !== "person";
	const command = isAsked ? argument.command.name : "";
	const option = isAsked ? argument.option.name : "";
	const typed = isAsked ? argument.value : "";

	// The last answer stays until the next is there, as long as the same option is being given.
	const answer = useSignal<{ command: string; option: string; values: string[] } | undefined>(undefined);
	useEffect(() => {
		if (!option) {
			answer.value = undefined;
			return;
		}
		const stop = new AbortController();
		const timer = setTimeout(async () => {
			try {
				const { items } = await api.completions(channel, { command, option, typed }, stop.signal);
				if (!stop.signal.aborted) answer.value = { command, option, values: items };
			} catch {
				// Completion is a help; without it one types on.
			}
		}, PAUSE_MS);
		return () => {
			clearTimeout(timer);
			stop.abort();
		};
	}, [channel, command, option, typed, answer]);

	const isFor = answer.value?.command === command && answer.value.option === option;
	const values = isAsked && isFor ? completeValue(argument, caret, answer.value?.values ?? []) : undefined;
	return values ?? offered;
}
