/** A message on its way: it looks like one that has arrived, only fainter. */
import { Avatar } from "./avatar.tsx";
import { MessageText } from "./message-text.tsx";
import { Picture } from "./picture.tsx";
import { me, type Pending, shownName } from "./state.ts";
import { Working } from "./working.tsx";

export function PendingMessage({ sending, small = false }: { sending: Pending; small?: boolean }) {
	return (
		<li class={`${small ? "reply" : "message"} pending`}>
			<article aria-label="Your message, being sent">
				<Avatar id={me.value.id} name={shownName.value} isBot={false} small={small} />
				<div class="message-main">
					<header class="message-heading">
						<span class="author">{shownName.value}</span>
						<span class="sending">Sending…</span>
					</header>
					<div class="message-content">
						{sending.text && <MessageText text={sending.text} />}
						{sending.files.length > 0 && (
							<ul class={`files ${sending.files.length === 1 ? "one" : ""}`}>
								{sending.files.map((file) => (
									<li key={file.key}>
										<Picture src={file.url} name={file.name} />
									</li>
								))}
							</ul>
						)}
					</div>
				</div>
			</article>
			{sending.text.startsWith("/") && !small && (
				<div class="thread">
					<Working text="Sending…" />
				</div>
			)}
		</li>
	);
}
