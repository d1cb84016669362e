/** Rich text. Everything goes in as text nodes, so nothing anyone typed can be more than text. */
import type { RichText } from "../../view.ts";
import { MessageLink } from "./message-link.tsx";

export function Rich({ text }: { text: RichText }) {
	return (
		<>
			{text.map((span, index) => {
				if (typeof span === "string") return span;
				if ("strong" in span) return <strong key={index}>{span.strong}</strong>;
				if ("code" in span) return <code key={index}>{span.code}</code>;
				if ("link" in span) return <MessageLink key={index} to={span.link} text={span.text} />;
				// The server writes people's names out; an id would tell nobody anything.
				if ("person" in span) return "someone";
				return (
					<span class="emoji" key={index}>
						{span.emoji}
					</span>
				);
			})}
		</>
	);
}
