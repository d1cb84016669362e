/** A person's initials on a colour of their own, or the bot's mark. */
import { TagMark } from "./icons.tsx";

const COLOURS = 8;

export function Avatar({ id, name, isBot, small }: { id: string; name: string; isBot: boolean; small?: boolean }) {
	const initials = name
		.split(/\s+/)
		.slice(0, 2)
		.map((word) => [...word][0] ?? "")
		.join("")
		.toUpperCase();
	return (
		<span class={`avatar ${small ? "small" : ""} ${isBot ? "bot" : `colour-${colourOf(id)}`}`} aria-hidden="true">
			{isBot ? <TagMark size={small ? 16 : 22} /> : initials}
		</span>
	);
}

function colourOf(id: string): number {
	let sum = 0;
	for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
	return sum % COLOURS;
}
