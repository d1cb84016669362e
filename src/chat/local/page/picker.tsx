/** Picks a reaction: common ones, those of the channel's labels, or any emoji that one can type. */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { react } from "./react.ts";
import { COMMON, type Emoji, isEmoji, labelEmoji } from "./reactions.ts";
import { picking, timeline } from "./state.ts";

/** As many in a row as the styles have. */
const COLUMNS = 8;
/** Between the picker and its button, and the edge of the screen; pixels. */
const GAP = 8;
const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS };

export function ReactionPicker() {
	const asked = picking.value;
	return asked ? <Picker key={asked.message.id} {...asked} /> : null;
}

function Picker({ message, from }: NonNullable<typeof picking.value>) {
	const popover = useRef<HTMLDivElement>(null);
	const typed = useSignal("");
	const error = useSignal("");
	const labels = labelEmoji(timeline.value?.messages ?? []);

	useLayoutEffect(() => {
		const element = popover.current;
		if (!element) return;
		element.showPopover();
		place(element, from);
		element.querySelector("button")?.focus();
	}, [from]);

	function give(emoji: string): void {
		popover.current?.hidePopover();
		void react(message, emoji, true);
	}

	return (
		<div
			ref={popover}
			class="picker"
			popover="auto"
			role="dialog"
			aria-label="Pick a reaction"
			onToggle={(event) => {
				if (event.newState !== "closed") return;
				picking.value = undefined;
				if (from.isConnected) from.focus({ preventScroll: true });
			}}
			onKeyDown={moveByArrow}
		>
			<EmojiGrid label="Common" emoji={COMMON} onPick={give} />
			{labels.length > 0 && <EmojiGrid label="Labels here" emoji={labels} onPick={give} />}
			<form
				class="picker-form"
				onSubmit={(event) => {
					event.preventDefault();
					const emoji = typed.value.trim();
					if (isEmoji(emoji)) give(emoji);
					else error.value = "Type or paste a single emoji.";
				}}
			>
				<input
					value={typed}
					placeholder="Any emoji"
					aria-label="Any emoji"
					aria-describedby={error.value ? "picker-error" : undefined}
					aria-invalid={error.value !== ""}
					autocomplete="off"
					maxLength={40}
					onInput={(event) => {
						typed.value = event.currentTarget.value;
						error.value = "";
					}}
				/>
				<button type="submit" class="button">
					React
				</button>
			</form>
			{error.value && (
				<p class="field-error" id="picker-error" role="alert">
					{error}
				</p>
			)}
		</div>
	);
}

function EmojiGrid(props: { label: string; emoji: readonly Emoji[]; onPick: (emoji: string) => void }) {
	return (
		// biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is sent together
		<div role="group" aria-label={props.label}>
			<p class="picker-title" aria-hidden="true">
				{props.label}
			</p>
			<div class="picker-grid">
				{props.emoji.map(({ emoji, name }) => (
					<button type="button" key={emoji} aria-label={name} title={name} onClick={() => props.onPick(emoji)}>
						{emoji}
					</button>
				))}
			</div>
		</div>
	);
}

/** Arrow keys go through the emoji as they are laid out. */
function moveByArrow(event: KeyboardEvent): void {
	const step = steps[event.key];
	const picker = event.currentTarget;
	if (step === undefined || !(picker instanceof HTMLElement)) return;
	const all = [...picker.querySelectorAll<HTMLElement>(".picker-grid button")];
	const at = all.findIndex((each) => each.matches(":focus"));
	const next = at < 0 ? undefined : all[at + step];
	if (!next) return;
	event.preventDefault();
	next.focus();
}

/** Over the button that asked, or under it, within the screen. On a narrow one the styles put it at the bottom. */
function place(element: HTMLElement, from: HTMLElement): void {
	const button = from.getBoundingClientRect();
	const { width, height } = element.getBoundingClientRect();
	const above = button.top - height - GAP;
	const top = above >= GAP ? above : Math.min(button.bottom + GAP, innerHeight - height - GAP);
	const left = Math.min(Math.max(GAP, button.right - width), innerWidth - width - GAP);
	element.style.setProperty("--top", `${Math.max(GAP, top)}px`);
	element.style.setProperty("--left", `${left}px`);
}
