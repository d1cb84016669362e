/** A modal dialog on the platform's own element, which traps focus, closes on Escape and gives focus back. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

interface Props {
	class?: string;
	label: string;
	onClosed: () => void;
	/** `close` closes the dialog; `onClosed` is called after that. */
	children: (close: () => void) => ComponentChildren;
}

export function Dialog(props: Props) {
	const element = useRef<HTMLDialogElement>(null);
	useEffect(() => {
		element.current?.showModal();
	}, []);
	const close = () => element.current?.close();
	return (
		// biome-ignore lint/a11y/useKeyWithClickEvents: Escape does for the keyboard what a click beside the dialog does
		<dialog
			ref={element}
			class={props.class ?? "dialog"}
			aria-label={props.label}
			onClose={props.onClosed}
			onClick={(event) => {
				if (event.target === element.current) close();
			}}
		>
			{props.children(close)}
		</dialog>
	);
}
