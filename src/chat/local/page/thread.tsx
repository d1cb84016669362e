/** The thread under a message: its latest replies at once, earlier ones on demand, and a composer when one replies. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { WireMessage } from "../wire.ts";
import { Composer } from "./composer.tsx";
import { ReplyIcon } from "./icons.tsx";
import { Reply } from "./message.tsx";
import { PendingMessage } from "./pending-message.tsx";
import { openThread, pending } from "./state.ts";
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
	const working = [root, ...replies].find((each) => each.working);
	if (replies.length === 0 && sending.length === 0 && !isReplying && !working) return null;

	const hidden = isUnfolded.value || replies.length <= SHOWN_WHOLE ? 0 : replies.length - SHOWN_LAST;
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
					<Reply key={reply.id} message={reply} />
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
