/** What someone wrote; a command's name stands out, and what is long is folded. */
import { useSignal } from "@preact/signals";
import { commands } from "./state.ts";
import { endOfName } from "./typed-command.ts";

/** Longer texts are folded: a thousand labels needn't fill the screen. */
const FOLD_OVER = 600;

export function MessageText({ text }: { text: string }) {
	const isOpen = useSignal(false);
	const isLong = text.length > FOLD_OVER;
	const name = text.slice(0, endOfName(text, commands.value));
	return (
		<>
			<p class={`message-text ${isLong && !isOpen.value ? "folded" : ""}`}>
				{name.length > 1 && <span class="command-name">{name}</span>}
				{name.length > 1 ? text.slice(name.length) : text}
			</p>
			{isLong && (
				<button
					type="button"
					class="link"
					aria-expanded={isOpen.value}
					onClick={() => {
						isOpen.value = !isOpen.value;
					}}
				>
					{isOpen.value ? "Show less" : "Show all"}
				</button>
			)}
		</>
	);
}
