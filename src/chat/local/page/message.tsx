/** A message of the channel, and the thread under it. */
import type { WireMessage } from "../wire.ts";
import { Article } from "./article.tsx";
import { Thread } from "./thread.tsx";

interface Props {
	message: WireMessage;
	replies: WireMessage[];
	follows: boolean;
}

export function Message({ message, replies, follows }: Props) {
	return (
		<li class={`message ${follows ? "follows" : ""}`}>
			<Article message={message} replies={replies.length} follows={follows} />
			<Thread root={message} replies={replies} />
		</li>
	);
}
