/** A picture that may turn out to be none: then its name stands in its place. */
import { useSignal } from "@preact/signals";
import { FileIcon } from "./icons.tsx";

interface Props {
	src: string;
	name: string;
	/** What it shows, where its name doesn't say it. */
	alt?: string;
	/** Makes it a button. */
	onEnlarge?: () => void;
}

export function Picture({ src, name, alt = name, onEnlarge }: Props) {
	const failed = useSignal(false);
	if (failed.value) {
		return (
			<span class="file-tile">
				<FileIcon size={22} />
				<span>{name}</span>
			</span>
		);
	}
	const image = (
		<img
			src={src}
			alt={alt}
			loading="lazy"
			onError={() => {
				failed.value = true;
			}}
		/>
	);
	if (!onEnlarge) return image;
	return (
		<button type="button" class="enlarge" aria-label={`Enlarge ${alt}`} onClick={onEnlarge}>
			{image}
		</button>
	);
}
