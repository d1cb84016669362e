/** The bot is at work: said at once, and in its own words where it has some. */
import { Avatar } from "./avatar.tsx";

export function Working({ text }: { text: string }) {
	return (
		<div class="working">
			<Avatar id="tagalong" name="Tagalong" isBot small />
			<span>{text || "Tagalong is working…"}</span>
			<span class="dots" aria-hidden="true">
				<i />
				<i />
				<i />
			</span>
		</div>
	);
}
