/** What the page asks: a new channel's name, one's own name, and whether to delete. */
import { useSignal } from "@preact/signals";
import { api } from "./api.ts";
import { Dialog } from "./dialog.tsx";
import { focusMessages } from "./focus.ts";
import { channels, dialog, drawerOpen, name, rename, showToast } from "./state.ts";
import { select, wordsOf } from "./sync.ts";
import { count } from "./wording.ts";

const dismiss = () => {
	dialog.value = undefined;
};

export function Dialogs() {
	const asked = dialog.value;
	switch (asked?.kind) {
		case "new-channel":
			return (
				<AskText
					title="New channel"
					label="Name"
					hint="Letters, digits, hyphens and underscores."
					placeholder="wildlife"
					initial=""
					action="Create channel"
					take={async (typed) => {
						const made = await api.createChannel(typed);
						if (!channels.value.some((each) => each.id === made.id)) channels.value = [...channels.value, made];
						drawerOpen.value = false;
						select(made.id);
					}}
				/>
			);
		case "rename":
			return (
				<AskText
					title="Your name"
					label="Name"
					hint="Others in this chat see it beside your messages."
					placeholder="You"
					initial={name.value}
					action="Save"
					take={async (typed) => rename(typed)}
				/>
			);
		case "delete":
			return <AskDelete id={asked.message.id} replies={asked.replies} pictures={asked.message.files.length} />;
		case undefined:
			return null;
	}
}

interface AskProps {
	title: string;
	label: string;
	hint: string;
	placeholder: string;
	initial: string;
	action: string;
	take: (typed: string) => Promise<void>;
}

function AskText({ title, label, hint, placeholder, initial, action, take }: AskProps) {
	const typed = useSignal(initial);
	const error = useSignal("");
	return (
		<Dialog label={title} onClosed={dismiss}>
			{(close) => (
				<form
					onSubmit={(event) => {
						event.preventDefault();
						take(typed.value).then(close, (reason) => {
							error.value = wordsOf(reason);
						});
					}}
				>
					<h2>{title}</h2>
					<label>
						<span>{label}</span>
						<input
							value={typed}
							placeholder={placeholder}
							maxLength={40}
							autocomplete="off"
							aria-describedby="ask-hint"
							aria-invalid={error.value !== ""}
							onInput={(event) => {
								typed.value = event.currentTarget.value;
								error.value = "";
							}}
						/>
					</label>
					<p id="ask-hint" class={error.value ? "field-error" : "field-hint"} role={error.value ? "alert" : undefined}>
						{error.value || hint}
					</p>
					<div class="dialog-actions">
						<button type="button" class="button" onClick={close}>
							Cancel
						</button>
						<button type="submit" class="button primary">
							{action}
						</button>
					</div>
				</form>
			)}
		</Dialog>
	);
}

function AskDelete({ id, replies, pictures }: { id: string; replies: number; pictures: number }) {
	const along = [pictures && count(pictures, "picture"), replies && count(replies, "reply", "replies")]
		.filter(Boolean)
		.join(" and ");
	return (
		<Dialog label="Delete message" onClosed={dismiss}>
			{(close) => (
				<>
					<h2>Delete this message?</h2>
					<p>{along ? `Its ${along} go with it. ` : ""}This can't be undone.</p>
					<div class="dialog-actions">
						<button type="button" class="button" onClick={close}>
							Cancel
						</button>
						<button
							type="button"
							class="button danger"
							onClick={() => {
								api.remove(id).catch((reason) => showToast(wordsOf(reason)));
								close();
								focusMessages();
							}}
						>
							Delete
						</button>
					</div>
				</>
			)}
		</Dialog>
	);
}
