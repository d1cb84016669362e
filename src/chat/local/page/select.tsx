/** A list to pick one thing from: the platform's own, since that is the best on every device. */
import { useRef } from "preact/hooks";
import type { Control } from "../../view.ts";
import { ChevronIcon } from "./icons.tsx";

interface Props {
	select: Extract<Control, { kind: "select" }>;
	isBusy: boolean;
	onPick: (option: string) => void;
}

/** Keys that would pick from a closed list without asking; they open it instead. */
const MOVES = /^(Arrow.*|Home|End|Page.*|Enter|.)$/;

export function Select({ select, isBusy, onPick }: Props) {
	/** Whether the list is open, as far as can be known. */
	const isOpen = useRef(false);
	const setOpen = (open: boolean) => () => {
		isOpen.current = open;
	};
	return (
		<span class="choice select">
			<select
				aria-label={select.placeholder}
				aria-disabled={isBusy}
				aria-busy={isBusy}
				value=""
				onMouseDown={(event) => {
					if (isBusy) event.preventDefault();
					else isOpen.current = true;
				}}
				onBlur={setOpen(false)}
				onKeyDown={(event) => {
					if (event.key === "Escape" || event.key === "Tab") isOpen.current = false;
					else if (!isOpen.current && MOVES.test(event.key) && !event.ctrlKey && !event.metaKey) {
						event.preventDefault();
						if (isBusy) return;
						event.currentTarget.showPicker?.();
						isOpen.current = true;
					}
				}}
				onChange={(event) => {
					const { value } = event.currentTarget;
					isOpen.current = false;
					event.currentTarget.value = "";
					if (value) onPick(value);
				}}
			>
				<option value="" disabled hidden>
					{select.placeholder}
				</option>
				{select.options.map((option) => (
					<option key={option.id} value={option.id}>
						{option.emoji ? `${option.emoji} ${option.label}` : option.label}
					</option>
				))}
			</select>
			<ChevronIcon size={16} />
		</span>
	);
}
