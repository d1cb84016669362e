/** While a command is being typed: what it takes, and the options that can still be named. */
import type { WireCommand } from "../wire.ts";
import { ForModerators } from "./for-moderators.tsx";
import { me } from "./state.ts";
import { endOfName, unusedOptions, usage } from "./typed-command.ts";

interface Props {
	command: WireCommand;
	text: string;
	onOption: (name: string) => void;
}

export function Hint({ command, text, onOption }: Props) {
	const typed = command.options.find((option) => option.name === command.typed);
	const isBare = text.slice(endOfName(text, [command])).trim() === "";
	const options = unusedOptions(command, text);
	return (
		<div class="hint">
			<span class="hint-text">
				<code>{usage(command)}</code> {typed && isBare ? typed.description : command.description}
				{command.who === "moderators" && !me.value.canModerate && <ForModerators />}
			</span>
			{options.length > 0 && (
				<span class="hint-options">
					{options.map((option) => (
						<button
							type="button"
							key={option.name}
							title={option.description}
							onMouseDown={(event) => event.preventDefault()}
							onClick={() => onOption(option.name)}
						>
							{option.name}
						</button>
					))}
				</span>
			)}
		</div>
	);
}
