/** What can be pressed or picked in an answer. While one is being sent it is busy, and keeps the focus. */
import { useSignal } from "@preact/signals";
import { useContext, useLayoutEffect, useRef } from "preact/hooks";
import type { Control } from "../../view.ts";
import { choose } from "./choose.ts";
import { MessageId } from "./place.ts";
import { Select } from "./select.tsx";

type Button = Extract<Control, { kind: "button" }>;

export function Controls({ controls }: { controls: Control[] }) {
	const message = useContext(MessageId);
	const row = useRef<HTMLDivElement>(null);
	/** Where in the row the last used control stands, as long as nothing else has been used. */
	const used = useRef(-1);
	const busy = useSignal<ReadonlySet<string>>(new Set());

	// An answer that changes under one's hands (the next picture of a review) may bring other controls: the one in the
	// same place takes the focus over.
	useLayoutEffect(() => {
		const isLost = document.activeElement === null || document.activeElement === document.body;
		const next = row.current?.querySelectorAll<HTMLElement>("button, select")[used.current];
		if (isLost) next?.focus({ preventScroll: true });
	});

	async function use(control: Control, values?: string[]): Promise<void> {
		if (busy.value.has(control.id)) return;
		used.current = controls.indexOf(control);
		busy.value = new Set([...busy.value, control.id]);
		await choose(message, control.id, values);
		busy.value = new Set([...busy.value].filter((id) => id !== control.id));
	}

	return (
		<div
			class="controls"
			ref={row}
			onFocusOut={(event) => {
				if (event.relatedTarget) used.current = -1;
			}}
		>
			{controls.map((control) =>
				control.kind === "button" ? (
					<ChoiceButton
						key={control.id}
						button={control}
						isBusy={busy.value.has(control.id)}
						onPress={() => void use(control)}
					/>
				) : (
					<Select
						key={control.id}
						select={control}
						isBusy={busy.value.has(control.id)}
						onPick={(option) => void use(control, [option])}
					/>
				),
			)}
		</div>
	);
}

function ChoiceButton({ button, isBusy, onPress }: { button: Button; isBusy: boolean; onPress: () => void }) {
	return (
		<button
			type="button"
			class={`choice ${button.style ?? "plain"}`}
			aria-pressed={button.pressed}
			// Not `disabled`, which would take the focus away.
			aria-disabled={isBusy}
			aria-busy={isBusy}
			onClick={onPress}
		>
			{button.emoji && (
				<span class="emoji" aria-hidden={button.label !== ""}>
					{button.emoji}
				</span>
			)}
			{button.label && <span>{button.label}</span>}
		</button>
	);
}
