/** Where one writes: text that grows, photos by button, drop or paste, and commands that complete themselves. */
import { useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { applyItem, type Completion, type CompletionItem } from "./completion.ts";
import { CompletionList } from "./completion-list.tsx";
import { addFiles, draftOf, isEmpty, removeFile, send } from "./drafts.ts";
import { COMPOSER_ID, FILE_INPUT_ID } from "./focus.ts";
import { Hint } from "./hint.tsx";
import { IconButton } from "./icon-button.tsx";
import { AlertIcon, CloseIcon, PhotoIcon, SendIcon, SlashIcon } from "./icons.tsx";
import { commands } from "./state.ts";
import { Tray } from "./tray.tsx";
import { appendOption, commandOf } from "./typed-command.ts";
import { useCompletion } from "./use-completion.ts";

interface Props {
	channel: string;
	thread?: string;
	placeholder: string;
	/** Takes focus when it appears. */
	focused?: boolean;
	/** Escape in an empty composer. */
	onClose?: () => void;
}

export function Composer({ channel, thread, placeholder, focused, onClose }: Props) {
	const draft = draftOf(channel, thread);
	const area = useRef<HTMLTextAreaElement>(null);
	const picker = useRef<HTMLInputElement>(null);
	const caret = useSignal(0);
	/** The item the person moved to; -1 for none. */
	const moved = useSignal(-1);
	/** The text for which completion was put away. */
	const dismissed = useSignal("");
	const text = draft.text.value;
	const id = thread ? `${COMPOSER_ID}-${thread}` : COMPOSER_ID;

	const offered = useCompletion(channel, text, Math.min(caret.value, text.length));
	const completion = text === dismissed.value ? undefined : offered;
	const active =
		moved.value >= 0 ? Math.min(moved.value, (completion?.items.length ?? 0) - 1) : completion?.eager ? 0 : -1;
	const command = commandOf(text, commands.value);

	useEffect(() => {
		if (focused) area.current?.focus();
	}, [focused]);

	// The height follows the text.
	useLayoutEffect(() => {
		const element = area.current;
		if (!element) return;
		element.style.height = "auto";
		// A long placeholder would count too.
		if (text) element.style.height = `${element.scrollHeight}px`;
	}, [text, channel]);

	function write(to: string, at = to.length): void {
		draft.text.value = to;
		caret.value = at;
		moved.value = -1;
		const element = area.current;
		if (!element) return;
		// Not only with the next frame: by then a quick typist has gone on.
		element.value = to;
		element.focus();
		element.setSelectionRange(at, at);
	}

	function take(from: Completion, item: CompletionItem): void {
		const taken = applyItem(text, from, item);
		write(taken.text, taken.caret);
	}

	function submit(): void {
		if (isEmpty(draft)) return;
		void send(draft, channel, thread);
		area.current?.focus();
	}

	function onKeyDown(event: KeyboardEvent): void {
		if (event.isComposing) return;
		const isPlainEnter = event.key === "Enter" && !event.shiftKey;
		if (completion && !event.ctrlKey && !event.metaKey && !event.altKey) {
			const { items } = completion;
			if (event.key === "ArrowDown" || event.key === "ArrowUp") {
				const step = event.key === "ArrowDown" ? 1 : -1;
				moved.value = active < 0 && step < 0 ? items.length - 1 : (active + step + items.length) % items.length;
				event.preventDefault();
				return;
			}
			const item = items[event.key === "Tab" ? Math.max(0, active) : active];
			if (item && ((event.key === "Tab" && !event.shiftKey) || isPlainEnter)) {
				take(completion, item);
				event.preventDefault();
				return;
			}
			if (event.key === "Escape") {
				dismissed.value = text;
				moved.value = -1;
				event.preventDefault();
				return;
			}
		}
		if (isPlainEnter) {
			submit();
			event.preventDefault();
		}
		if (event.key === "Escape" && isEmpty(draft)) onClose?.();
	}

	function onPaste(event: ClipboardEvent): void {
		const files = [...(event.clipboardData?.files ?? [])];
		if (files.length === 0) return;
		addFiles(draft, files);
		event.preventDefault();
	}

	const followCaret = () => {
		caret.value = area.current?.selectionStart ?? 0;
	};
	return (
		<form
			class={`composer ${thread ? "in-thread" : ""}`}
			onSubmit={(event) => {
				event.preventDefault();
				submit();
			}}
		>
			{draft.error.value && (
				<div class="composer-error" role="alert" key="error">
					<AlertIcon size={18} />
					<p>{draft.error}</p>
					<IconButton
						label="Dismiss"
						onClick={() => {
							draft.error.value = "";
						}}
					>
						<CloseIcon size={16} />
					</IconButton>
				</div>
			)}
			{completion ? (
				<CompletionList
					id={`${id}-list`}
					completion={completion}
					active={active}
					onTake={(item) => take(completion, item)}
				/>
			) : (
				command && <Hint command={command} text={text} onOption={(option) => write(appendOption(text, option))} />
			)}
			<div class="composer-box" key="box">
				<Tray files={draft.files.value} onRemove={(key) => removeFile(draft, key)} />
				<div class="composer-row">
					<IconButton label="Add photos" onClick={() => picker.current?.click()}>
						<PhotoIcon size={22} />
					</IconButton>
					<input
						ref={picker}
						id={thread ? undefined : FILE_INPUT_ID}
						class="sr-only"
						type="file"
						accept="image/*"
						multiple
						tabIndex={-1}
						aria-hidden="true"
						onChange={(event) => {
							addFiles(draft, event.currentTarget.files ?? []);
							event.currentTarget.value = "";
							area.current?.focus();
						}}
					/>
					<textarea
						ref={area}
						id={id}
						rows={1}
						value={text}
						placeholder={placeholder}
						aria-label={placeholder}
						aria-autocomplete="list"
						aria-controls={completion ? `${id}-list` : undefined}
						aria-activedescendant={completion && active >= 0 ? `${id}-list-${active}` : undefined}
						enterkeyhint="send"
						onInput={(event) => {
							draft.text.value = event.currentTarget.value;
							draft.error.value = "";
							dismissed.value = "";
							moved.value = -1;
							followCaret();
						}}
						onKeyUp={followCaret}
						onClick={followCaret}
						onKeyDown={onKeyDown}
						onPaste={onPaste}
					/>
					{!thread && text === "" && (
						<IconButton label="Show commands" onClick={() => write("/")}>
							<SlashIcon size={20} />
						</IconButton>
					)}
					<button type="submit" class="send" aria-label="Send" title="Send" disabled={isEmpty(draft)}>
						<SendIcon size={19} />
					</button>
				</div>
			</div>
		</form>
	);
}
