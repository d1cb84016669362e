/** What can be done with a message. */
import type { WireMessage } from "../wire.ts";
import { IconButton } from "./icon-button.tsx";
import { ReplyIcon, SmileIcon, TrashIcon } from "./icons.tsx";
import { dialog, me, openThread, picking } from "./state.ts";

/** @param replies how many hang under it; absent where it can't be replied to */
export function Actions({ message, replies }: { message: WireMessage; replies: number | undefined }) {
	const mayDelete = message.author.id === me.value.id || me.value.canModerate;
	return (
		<div class="actions">
			{!message.onlyYou && (
				<IconButton
					label="React"
					onClick={(from) => {
						picking.value = { message, from };
					}}
				>
					<SmileIcon size={18} />
				</IconButton>
			)}
			{replies !== undefined && (
				<IconButton
					label="Reply in thread"
					onClick={() => {
						openThread.value = message.id;
					}}
				>
					<ReplyIcon size={18} />
				</IconButton>
			)}
			{mayDelete && (
				<IconButton
					label="Delete message"
					isDanger
					onClick={() => {
						dialog.value = { kind: "delete", message, replies: replies ?? 0 };
					}}
				>
					<TrashIcon size={18} />
				</IconButton>
			)}
		</div>
	);
}
