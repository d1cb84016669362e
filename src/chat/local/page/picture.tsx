/** A picture that may turn out to be none: then its name stands in its place. */
import { useSignal } from "@preact/signals";
import { FileIcon } from "./icons.tsx";

export function Picture({ src, name }: { src: string; name: string }) {
	const failed = useSignal(false);
	if (failed.value) {
		return (
			<span class="file-tile">
				<FileIcon size={22} />
				<span>{name}</span>
			</span>
		);
	}
	return (
		<img
			src={src}
			alt={name}
			onError={() => {
				failed.value = true;
			}}
		/>
	);
}
