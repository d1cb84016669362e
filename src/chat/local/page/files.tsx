/** The files of a message: pictures as thumbnails that open large, others by name. */
import type { WireFile } from "../wire.ts";
import { fileUrl } from "./api.ts";
import { FileIcon } from "./icons.tsx";
import { lightbox } from "./state.ts";
import { bytes, count } from "./wording.ts";

export function Files({ files }: { files: WireFile[] }) {
	const pictures = files.filter((file) => file.width && file.height);
	const others = files.filter((file) => !pictures.includes(file));
	return (
		<>
			{pictures.length > 0 && (
				<ul class={`files ${pictures.length === 1 ? "one" : ""}`} aria-label={count(pictures.length, "picture")}>
					{pictures.map((file, index) => (
						<li key={file.id}>
							<button
								type="button"
								aria-label={`Enlarge ${file.name}`}
								onClick={() => {
									lightbox.value = { pictures, index };
								}}
							>
								{/* Its own size keeps the place free, so that nothing jumps when it arrives. */}
								<img src={fileUrl(file.id)} alt={file.name} width={file.width} height={file.height} loading="lazy" />
							</button>
						</li>
					))}
				</ul>
			)}
			{others.length > 0 && (
				<ul class="file-chips">
					{others.map((file) => (
						<li key={file.id}>
							<FileIcon size={22} />
							<span class="file-name">{file.name}</span>
							<span class="file-size">{bytes(file.size)}, can't be shown as a picture</span>
						</li>
					))}
				</ul>
			)}
		</>
	);
}
