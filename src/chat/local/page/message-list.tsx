/** The messages of the channel, newest at the bottom; older ones are loaded when the top comes near. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Empty } from "./empty.tsx";
import { articleId, MESSAGES_ID } from "./focus.ts";
import { DownIcon } from "./icons.tsx";
import { loadOlder } from "./loading.ts";
import { Message } from "./message.tsx";
import { PendingMessage } from "./pending-message.tsx";
import { channel, current, dismissed, pending, revealed, timeline } from "./state.ts";
import { rows } from "./timeline.ts";
import { day } from "./wording.ts";

/** How far up, in pixels, before the way down is offered. */
const FAR_UP = 300;

export function MessageList() {
	const scroller = useRef<HTMLElement>(null);
	const isFarUp = useSignal(false);
	const sending = pending.value.filter((each) => each.channel === current.value && !each.thread);
	const shown = timeline.value;
	const messages = shown?.messages.filter(({ id }) => !dismissed.value.has(id)) ?? [];
	const link = revealed.value;

	// The scroller is laid out from its bottom up (column-reverse): 0 is the newest message, up is negative.
	// Goes down for one's own message, and in another channel.
	useEffect(() => {
		scroller.current?.scrollTo({ top: 0, behavior: "instant" });
	}, [sending.length > 0, current.value]);

	// And then to where a link leads.
	useEffect(() => {
		const target = link && document.getElementById(articleId(link.message));
		target?.scrollIntoView({ block: "center", behavior: "instant" });
		target?.focus({ preventScroll: true });
	}, [link]);

	if (!shown) return <div class="messages loading" aria-busy="true" />;
	if (messages.length === 0 && !shown.more && sending.length === 0) return <Empty />;
	return (
		<div class="messages-frame">
			<section
				class="messages"
				id={MESSAGES_ID}
				ref={scroller}
				// biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to take focus
				tabIndex={0}
				aria-label={`Messages in #${channel.value?.name ?? ""}`}
				onScroll={(event) => {
					isFarUp.value = event.currentTarget.scrollTop < -FAR_UP;
				}}
			>
				<div class="messages-inner">
					{shown.more ? <Older key={current.value} /> : <Beginning />}
					<ol class="message-rows">
						{rows(messages).map((row) =>
							row.kind === "day" ? (
								<li class="day" key={row.key}>
									<span>{day(row.time, new Date())}</span>
								</li>
							) : (
								<Message key={row.key} message={row.message} replies={row.replies} follows={row.follows} />
							),
						)}
						{sending.map((each) => (
							<PendingMessage key={each.nonce} sending={each} />
						))}
					</ol>
				</div>
			</section>
			{isFarUp.value && (
				<button type="button" class="jump" onClick={() => scroller.current?.scrollTo({ top: 0 })}>
					<DownIcon size={16} /> Latest messages
				</button>
			)}
		</div>
	);
}

/** Loads older messages as soon as it comes into view; a button too, for those who don't scroll. */
function Older() {
	const button = useRef<HTMLButtonElement>(null);
	useEffect(() => {
		const observer = new IntersectionObserver(([entry]) => {
			if (entry?.isIntersecting) void loadOlder(current.value);
		});
		if (button.current) observer.observe(button.current);
		return () => observer.disconnect();
	}, []);
	return (
		<button type="button" class="older" ref={button} onClick={() => void loadOlder(current.value)}>
			Show older messages
		</button>
	);
}

function Beginning() {
	return <p class="beginning">This is the beginning of #{channel.value?.name}.</p>;
}
