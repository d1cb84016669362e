/** While a command is being typed: what it takes, and the options that can still be named. */
import type { WireCommand } from "../wire.ts";
import { unusedOptions } from "./completion.ts";

interface Props {
	command: WireCommand;
	text: string;
	onOption: (name: string) => void;
}

export function Hint({ command, text, onOption }: Props) {
	const typed = command.options.find((option) => option.name === command.typed);
	const rest = text.replace(/^\/\S+\s*/, "");
	const options = unusedOptions(command, text);
	return (
		<div class="hint">
			<span class="hint-text">
				<code>/{command.name}</code>{" "}
				{typed && rest === "" ? `${typed.name}: ${typed.description}` : command.description}
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
