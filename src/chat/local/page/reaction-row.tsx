/** The reactions under a message: a click joins in, or takes one's own back. */
import type { WireMessage } from "../wire.ts";
import { SmileIcon } from "./icons.tsx";
import { react } from "./react.ts";
import { inWords, isMine } from "./reactions.ts";
import { me, picking } from "./state.ts";

export function Reactions({ message }: { message: WireMessage }) {
	if (message.reactions.length === 0) return null;
	return (
		<ul class="reactions" aria-label="Reactions">
			{message.reactions.map((reaction) => {
				const isPressed = isMine(reaction, me.value.id);
				const words = inWords(reaction, me.value.id);
				return (
					<li key={reaction.emoji}>
						<button
							type="button"
							class="reaction"
							aria-pressed={isPressed}
							aria-label={words}
							title={words}
							onClick={() => void react(message, reaction.emoji, !isPressed)}
						>
							<span class="emoji">{reaction.emoji}</span>
							<span class="reaction-count">{reaction.people.length.toLocaleString()}</span>
						</button>
					</li>
				);
			})}
			<li>
				<button
					type="button"
					class="reaction add"
					aria-label="Add reaction"
					title="Add reaction"
					onClick={(event) => {
						picking.value = { message, from: event.currentTarget };
					}}
				>
					<SmileIcon size={16} />
				</button>
			</li>
		</ul>
	);
}
