/** A picture, as large as its preview allows; arrow keys go through the pictures of the message. */
import { fileUrl } from "./api.ts";
import { Dialog } from "./dialog.tsx";
import { CloseIcon, LeftIcon, RightIcon } from "./icons.tsx";
import { lightbox } from "./state.ts";

export function Lightbox() {
	const shown = lightbox.value;
	const file = shown?.files[shown.index];
	if (!shown || !file) return null;
	const { files, index } = shown;
	const go = (to: number) => {
		if (files[to]) lightbox.value = { files, index: to };
	};
	return (
		<Dialog
			class="lightbox"
			label={`Picture ${file.name}`}
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
					<img
						src={fileUrl(file.id)}
						alt={file.name}
						style={{ "--ratio": String((file.width ?? 1) / (file.height ?? 1)) }}
					/>
					<div class="lightbox-bar">
						{files.length > 1 && (
							<button
								type="button"
								class="icon-button"
								aria-label="Previous picture"
								disabled={index === 0}
								onClick={() => go(index - 1)}
							>
								<LeftIcon />
							</button>
						)}
						<span class="lightbox-name">
							<strong>{file.name}</strong>
							<span class="lightbox-detail">
								{file.width} × {file.height}
								{files.length > 1 && ` · ${index + 1} of ${files.length}`}
							</span>
						</span>
						{files.length > 1 && (
							<button
								type="button"
								class="icon-button"
								aria-label="Next picture"
								disabled={index === files.length - 1}
								onClick={() => go(index + 1)}
							>
								<RightIcon />
							</button>
						)}
						<button type="button" class="icon-button" aria-label="Close" onClick={close}>
							<CloseIcon />
						</button>
					</div>
				</div>
			)}
		</Dialog>
	);
}
