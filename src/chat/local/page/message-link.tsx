/** A link to a message: it shows the channel, and in it the message, however far back. */
import type { MessageRef } from "../../event.ts";
import { addressOf } from "./address.ts";
import { showAddress } from "./navigation.ts";
import { channels } from "./state.ts";

/** @param label what is said instead of the text, where several read the same */
export function MessageLink({ to, text, label }: { to: MessageRef; text: string; label?: string }) {
	const channel = channels.value.find((each) => each.id === to.channel);
	if (!channel) return text;
	const address = addressOf(channel.name, to.message);
	return (
		<a
			class="message-link"
			href={address}
			aria-label={label}
			onClick={() => {
				// The address doesn't change then, and nothing would happen.
				if (location.hash === address) showAddress();
			}}
		>
			{text}
		</a>
	);
}
