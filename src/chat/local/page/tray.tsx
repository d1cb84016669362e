/** The photos that will go with the message; each can be taken out again. */
import type { DraftFile } from "./drafts.ts";
import { CloseIcon } from "./icons.tsx";
import { Picture } from "./picture.tsx";

export function Tray({ files, onRemove }: { files: DraftFile[]; onRemove: (key: string) => void }) {
	if (files.length === 0) return null;
	return (
		<ul class="tray" aria-label="Photos to send">
			{files.map(({ key, file, url }) => (
				<li key={key} title={file.name}>
					<Picture src={url} name={file.name} />
					<button type="button" aria-label={`Remove ${file.name}`} onClick={() => onRemove(key)}>
						<CloseIcon size={14} />
					</button>
				</li>
			))}
		</ul>
	);
}
