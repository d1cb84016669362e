/** One message: who, when, what they wrote and posted, what can be done with it, and its thread. */
import { useSignal } from "@preact/signals";
import type { WireMessage } from "../wire.ts";
import { Avatar } from "./avatar.tsx";
import { Files } from "./files.tsx";
import { EyeIcon, ReplyIcon, TrashIcon } from "./icons.tsx";
import { dialog, me, openThread, shownName } from "./state.ts";
import { Thread } from "./thread.tsx";
import { ViewBlocks } from "./view.tsx";
import { fullTime, timeOfDay } from "./wording.ts";

/** Longer texts are folded: a thousand labels needn't fill the screen. */
const FOLD_OVER = 600;

interface Props {
	message: WireMessage;
	replies: WireMessage[];
	follows: boolean;
}

export function Message({ message, replies, follows }: Props) {
	return (
		<li class={`message ${follows ? "follows" : ""}`}>
			<article aria-label={labelOf(message)}>
				{follows ? <Time message={message} /> : <Avatar {...message.author} name={authorOf(message)} />}
				<div class="message-main">
					{!follows && <Heading message={message} />}
					<Content message={message} />
				</div>
				<Actions message={message} replies={replies.length} canReply />
			</article>
			<Thread root={message} replies={replies} />
		</li>
	);
}

/** A message in a thread. */
export function Reply({ message }: { message: WireMessage }) {
	return (
		<li class="reply">
			<article aria-label={labelOf(message)}>
				<Avatar {...message.author} name={authorOf(message)} small />
				<div class="message-main">
					<Heading message={message} />
					<Content message={message} />
				</div>
				<Actions message={message} replies={0} canReply={false} />
			</article>
		</li>
	);
}

export function MessageText({ text }: { text: string }) {
	const isOpen = useSignal(false);
	const isLong = text.length > FOLD_OVER;
	const command = /^\/\S+/.exec(text)?.[0] ?? "";
	return (
		<>
			<p class={`message-text ${isLong && !isOpen.value ? "folded" : ""}`}>
				{command && <span class="command-name">{command}</span>}
				{text.slice(command.length)}
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

function Content({ message }: { message: WireMessage }) {
	return (
		<div class="message-content">
			{message.onlyYou && (
				<p class="only-you">
					<EyeIcon size={14} /> Only visible to you
				</p>
			)}
			{message.text && <MessageText text={message.text} />}
			{message.view && <ViewBlocks view={message.view} />}
			{message.files.length > 0 && <Files files={message.files} />}
		</div>
	);
}

function Heading({ message }: { message: WireMessage }) {
	return (
		<header class="message-heading">
			<span class="author">{authorOf(message)}</span>
			{message.author.isBot && <span class="badge">BOT</span>}
			<Time message={message} />
		</header>
	);
}

function Time({ message }: { message: WireMessage }) {
	return (
		<time class="time" dateTime={message.time} title={fullTime(message.time)}>
			{timeOfDay(message.time)}
		</time>
	);
}

function Actions({ message, replies, canReply }: { message: WireMessage; replies: number; canReply: boolean }) {
	const mayDelete = message.author.id === me.value.id || me.value.canModerate;
	return (
		<div class="actions">
			{canReply && (
				<button
					type="button"
					class="icon-button"
					aria-label="Reply in thread"
					title="Reply in thread"
					onClick={() => {
						openThread.value = message.id;
					}}
				>
					<ReplyIcon size={18} />
				</button>
			)}
			{mayDelete && (
				<button
					type="button"
					class="icon-button danger"
					aria-label="Delete message"
					title="Delete message"
					onClick={() => {
						dialog.value = { kind: "delete", message, replies };
					}}
				>
					<TrashIcon size={18} />
				</button>
			)}
		</div>
	);
}

/** One's own messages carry the name one has now. */
function authorOf(message: WireMessage): string {
	return message.author.id === me.value.id ? shownName.value : message.author.name;
}

function labelOf(message: WireMessage): string {
	return `${authorOf(message)}, ${timeOfDay(message.time)}`;
}
