/** A channel without messages tells a newcomer what to do. */
import { choosePhotos, startWith } from "./focus.ts";
import { PhotoIcon, TagMark } from "./icons.tsx";
import { channel, commands } from "./state.ts";

export function Empty() {
	const example = commands.value.find((command) => command.name === "classify")?.examples[0] ?? "/help";
	return (
		<section class="messages empty" aria-label="How to begin">
			<div class="welcome">
				<span class="welcome-mark">
					<TagMark size={38} />
				</span>
				<h1>What's in your photo?</h1>
				<p>Name what it could show, in your own words, and get an honest answer, even when that is “none of these”.</p>
				<ol class="steps">
					<li>
						<span>Drop, paste or choose a photo</span>
						<button type="button" class="button" onClick={choosePhotos}>
							<PhotoIcon size={18} /> Choose a photo
						</button>
					</li>
					<li>
						<span>Say what it might be</span>
						<button type="button" class="button code" onClick={() => startWith(example)}>
							{example}
						</button>
					</li>
					<li>
						<span>Send it: the answer comes in a thread under your message</span>
					</li>
				</ol>
				<p class="fine">
					You are the first in #{channel.value?.name}. Photos stay on this server: once answered, only a small preview
					is kept, until you delete the message.
				</p>
			</div>
		</section>
	);
}
