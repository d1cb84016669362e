/** A picture, as large as its preview allows; arrow keys go through the pictures of the message. */
import { fileUrl } from "./api.ts";
import { Dialog } from "./dialog.tsx";
import { IconButton } from "./icon-button.tsx";
import { CloseIcon, LeftIcon, RightIcon } from "./icons.tsx";
import { lightbox } from "./state.ts";

export function Lightbox() {
	const shown = lightbox.value;
	const picture = shown?.pictures[shown.index];
	if (!shown || !picture) return null;
	const { pictures, index } = shown;
	const { id, name, alt = name, width, height } = picture;
	const isKnown = width !== undefined && height !== undefined;
	const go = (to: number) => {
		if (pictures[to]) lightbox.value = { pictures, index: to };
	};
	return (
		<Dialog
			class="lightbox"
			label={`Picture ${name}`}
			onClosed={() => {
				lightbox.value = undefined;
			}}
		>
			{(close) => (
				// biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys repeat what the two buttons do
				<div
					class="lightbox-frame"
					onKeyDown={(event) => {
						if (event.key === "ArrowLeft") go(index - 1);
						if (event.key === "ArrowRight") go(index + 1);
					}}
				>
					{isKnown ? (
						<img key={id} src={fileUrl(id)} alt={alt} style={{ "--ratio": String(width / height) }} />
					) : (
						// Drawn to be read: at its own size, and what is larger than the screen scrolls.
						// biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to take focus
						<section class="lightbox-scroll" aria-label={alt} tabIndex={0} key={id}>
							<img src={fileUrl(id)} alt={alt} />
						</section>
					)}
					<div class="lightbox-bar">
						{pictures.length > 1 && (
							<IconButton label="Previous picture" disabled={index === 0} onClick={() => go(index - 1)}>
								<LeftIcon />
							</IconButton>
						)}
						<span class="lightbox-name">
							<strong>{name}</strong>
							<span class="lightbox-detail">
								{[isKnown && `${width} × ${height}`, pictures.length > 1 && `${index + 1} of ${pictures.length}`]
									.filter(Boolean)
									.join(" · ")}
							</span>
						</span>
						{pictures.length > 1 && (
							<IconButton label="Next picture" disabled={index === pictures.length - 1} onClick={() => go(index + 1)}>
								<RightIcon />
							</IconButton>
						)}
						<IconButton label="Close" onClick={close}>
							<CloseIcon />
						</IconButton>
					</div>
				</div>
			)}
		</Dialog>
	);
}
