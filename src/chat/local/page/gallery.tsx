/** Pictures among others: what a search found, or an image under review; each leads to the message it was posted in. */
import type { GalleryItem } from "../../view.ts";
import { fileUrl } from "./api.ts";
import { MessageLink } from "./message-link.tsx";
import { Picture } from "./picture.tsx";
import { Rich } from "./rich.tsx";
import { lightbox } from "./state.ts";
import { count } from "./wording.ts";

export function Gallery({ items }: { items: GalleryItem[] }) {
	const pictures = items.map(({ attachment }) => ({ id: attachment.id, name: attachment.name }));
	return (
		<ul class={`gallery ${items.length === 1 ? "one" : ""}`} aria-label={count(items.length, "picture")}>
			{items.map(({ attachment, message, caption }, index) => (
				<li key={`${message.message}-${attachment.id}`}>
					<Picture
						src={fileUrl(attachment.id)}
						name={attachment.name}
						onEnlarge={() => {
							lightbox.value = { pictures, index };
						}}
					/>
					<div class="gallery-words">
						{caption.length > 0 && (
							<p class="gallery-caption">
								<Rich text={caption} />
							</p>
						)}
						<MessageLink to={message} text="Show message" label={`Show message with ${attachment.name}`} />
					</div>
				</li>
			))}
		</ul>
	);
}
