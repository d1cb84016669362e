/** The thread under a message: its latest replies at once, earlier ones on demand, and a composer when one replies. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { WireMessage } from "../wire.ts";
import { Article } from "./article.tsx";
import { Composer } from "./composer.tsx";
import { ReplyIcon } from "./icons.tsx";
import { PendingMessage } from "./pending-message.tsx";
import { openThread, pending, revealed } from "./state.ts";
import { count } from "./wording.ts";
import { Working } from "./working.tsx";

/** So many replies are shown whole; of longer threads the last ones. */
const SHOWN_WHOLE = 4;
const SHOWN_LAST = 3;

export function Thread({ root, replies }: { root: WireMessage; replies: WireMessage[] }) {
	const isUnfolded = useSignal(false);
	const replyButton = useRef<HTMLButtonElement>(null);
	const sending = pending.value.filter((each) => each.thread === root.id);
	const isReplying = openThread.value === root.id;
	// A link may lead to a reply that is folded away; the thread stays open after that.
	const linked = replies.findIndex((each) => each.id === revealed.value?.message);
	const isLinked = linked >= 0 && linked < replies.length - SHOWN_LAST;
	useEffect(() => {
		if (isLinked) isUnfolded.value = true;
	}, [isLinked, isUnfolded]);
	const working = [root, ...replies].find((each) => each.working);
	if (replies.length === 0 && sending.length === 0 && !isReplying && !working) return null;

	const hidden = isUnfolded.value || isLinked || replies.length <= SHOWN_WHOLE ? 0 : replies.length - SHOWN_LAST;
	return (
		<div class="thread" data-thread={root.id}>
			{hidden > 0 && (
				<button
					type="button"
					class="link"
					onClick={() => {
						isUnfolded.value = true;
					}}
				>
					Show {count(hidden, "earlier reply", "earlier replies")}
				</button>
			)}
			<ol aria-label="Replies">
				{replies.slice(hidden).map((reply) => (
					<li class="reply" key={reply.id}>
						<Article message={reply} small />
					</li>
				))}
				{sending.map((each) => (
					<PendingMessage key={each.nonce} sending={each} small />
				))}
			</ol>
			{working && <Working text={working.progress ?? ""} />}
			{isReplying ? (
				<Composer
					channel={root.channel}
					thread={root.id}
					placeholder="Reply in thread"
					focused
					onClose={() => {
						openThread.value = "";
						requestAnimationFrame(() => replyButton.current?.focus());
					}}
				/>
			) : (
				replies.length > 0 && (
					<button
						type="button"
						class="link reply-link"
						ref={replyButton}
						onClick={() => {
							openThread.value = root.id;
						}}
					>
						<ReplyIcon size={15} /> Reply in thread
					</button>
				)
			)}
		</div>
	);
}
