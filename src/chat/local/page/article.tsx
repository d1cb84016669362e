/** One message by itself: who, when, what they wrote and posted, how people reacted, and what can be done with it. */
import type { WireMessage } from "../wire.ts";
import { Actions } from "./actions.tsx";
import { Avatar } from "./avatar.tsx";
import { Files } from "./files.tsx";
import { articleId, focusMessages } from "./focus.ts";
import { EyeIcon } from "./icons.tsx";
import { MessageText } from "./message-text.tsx";
import { Reactions } from "./reaction-row.tsx";
import { dismissAnswer, me, revealed, shownName } from "./state.ts";
import { ViewBlocks } from "./view.tsx";
import { fullTime, timeOfDay } from "./wording.ts";

interface Props {
	message: WireMessage;
	/** How many replies hang under it; none of a message in a thread, which can't be replied to. */
	replies?: number;
	/** Right after another of the same author: name and picture aren't repeated. */
	follows?: boolean;
	small?: boolean;
}

export function Article({ message, replies, follows = false, small = false }: Props) {
	const author = authorOf(message);
	return (
		<article
			id={articleId(message.id)}
			class={revealed.value?.message === message.id ? "revealed" : ""}
			// Takes the focus when a link leads here.
			tabIndex={-1}
			aria-label={`${author}, ${timeOfDay(message.time)}`}
		>
			{follows ? <Time message={message} /> : <Avatar {...message.author} name={author} small={small} />}
			<div class="message-main">
				{!follows && (
					<header class="message-heading">
						<span class="author">{author}</span>
						{message.author.isBot && <span class="badge">BOT</span>}
						<Time message={message} />
					</header>
				)}
				<div class="message-content">
					{message.onlyYou && <OnlyYou id={message.id} />}
					{message.text && <MessageText text={message.text} />}
					{message.view && <ViewBlocks view={message.view} message={message.id} />}
					{message.files.length > 0 && <Files files={message.files} />}
					<Reactions message={message} />
				</div>
			</div>
			<Actions message={message} replies={replies} />
		</article>
	);
}

function OnlyYou({ id }: { id: string }) {
	return (
		<p class="only-you">
			<EyeIcon size={14} /> Only visible to you
			<button
				type="button"
				class="link"
				onClick={() => {
					dismissAnswer(id);
					focusMessages();
				}}
			>
				Dismiss
			</button>
		</p>
	);
}

function Time({ message }: { message: WireMessage }) {
	return (
		<time class="time" dateTime={message.time} title={fullTime(message.time)}>
			{timeOfDay(message.time)}
		</time>
	);
}

/** One's own messages carry the name one has now. */
function authorOf(message: WireMessage): string {
	return message.author.id === me.value.id ? shownName.value : message.author.name;
}
