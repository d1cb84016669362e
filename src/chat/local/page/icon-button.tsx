/** A button that is an icon: its label is said, and shown where a pointer rests on it. */
import type { ComponentChildren } from "preact";

interface Props {
	label: string;
	/** The icon. */
	children: ComponentChildren;
	isDanger?: boolean;
	disabled?: boolean;
	onClick: (button: HTMLButtonElement) => void;
}

export function IconButton({ label, children, isDanger, disabled, onClick }: Props) {
	return (
		<button
			type="button"
			class={`icon-button ${isDanger ? "danger" : ""}`}
			aria-label={label}
			title={label}
			disabled={disabled}
			onClick={(event) => onClick(event.currentTarget)}
		>
			{children}
		</button>
	);
}
