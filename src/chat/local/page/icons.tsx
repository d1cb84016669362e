/** The page's icons: strokes on a 24-pixel grid, in the colour of the text around them, silent for screen readers. */
import type { ComponentChildren } from "preact";

function Icon({ size = 20, children }: { size?: number | undefined; children: ComponentChildren }) {
	return (
		<svg
			class="icon"
			width={size}
			height={size}
			viewBox="0 0 24 24"
			fill="none"
			stroke="currentColor"
			stroke-width="1.8"
			stroke-linecap="round"
			stroke-linejoin="round"
			aria-hidden="true"
			focusable="false"
		>
			{children}
		</svg>
	);
}

const draw = (path: string) =>
	function Drawn({ size }: { size?: number }) {
		return (
			<Icon size={size}>
				<path d={path} />
			</Icon>
		);
	};

export const HashIcon = draw("M5 9h15M4 15h15M10 4 8 20M16 4l-2 16");
export const PlusIcon = draw("M12 5v14M5 12h14");
export const CloseIcon = draw("M6 6l12 12M18 6 6 18");
export const MenuIcon = draw("M4 7h16M4 12h16M4 17h16");
export const SendIcon = draw(
	"M4.5 12 4 4.6a.6.6 0 0 1 .9-.6l15.6 7.5a.6.6 0 0 1 0 1L4.9 20a.6.6 0 0 1-.9-.6L4.5 12Zm0 0H12",
);
export const ReplyIcon = draw("M20 12a7.5 7.5 0 0 1-11 6.6L4 20l1.4-5A7.5 7.5 0 1 1 20 12Z");
export const TrashIcon = draw(
	"M4 7h16M10 11v6M14 11v6M6 7l1 12.2a1 1 0 0 0 1 .8h8a1 1 0 0 0 1-.8L18 7M9 7V4.5a.5.5 0 0 1 .5-.5h5a.5.5 0 0 1 .5.5V7",
);
export const PhotoIcon = draw(
	"M5 4h14a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM4 16l4.5-4.5 4 4 2.5-2.5 5 5M15 9h.01",
);
export const FileIcon = draw("M13.5 3H7a1 1 0 0 0-1 1v16a1 1 0 0 0 1 1h10a1 1 0 0 0 1-1V7.5L13.5 3ZM13 3v5h5");
export const AlertIcon = draw(
	"M12 8v5M12 16.5h.01M10.3 3.9 2.6 17.2A2 2 0 0 0 4.3 20h15.4a2 2 0 0 0 1.7-2.8L13.7 3.9a2 2 0 0 0-3.4 0Z",
);
export const EyeIcon = draw(
	"M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
);
export const DownIcon = draw("M12 5v14M6 13l6 6 6-6");
export const DownloadIcon = draw("M12 4v11M7 10.5l5 5 5-5M5 20h14");
export const SmileIcon = draw(
	"M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM8.5 14a4.2 4.2 0 0 0 7 0M9 9.5h.01M15 9.5h.01",
);
export const ChevronIcon = draw("M6 9.5l6 6 6-6");
export const LeftIcon = draw("M15 5l-7 7 7 7");
export const RightIcon = draw("M9 5l7 7-7 7");
export const EditIcon = draw("M4 20h4L19 9a2.1 2.1 0 0 0-3-3L5 17v3ZM14.5 7.5l3 3");
export const NoneIcon = draw("M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM6 6l12 12");
export const SlashIcon = draw(
	"M4.5 4h15a.5.5 0 0 1 .5.5v15a.5.5 0 0 1-.5.5h-15a.5.5 0 0 1-.5-.5v-15a.5.5 0 0 1 .5-.5ZM14 8l-4 8",
);

/** The product's mark. */
export function TagMark({ size = 20 }: { size?: number }) {
	return (
		<svg class="icon" width={size} height={size} viewBox="4 4 24 24" aria-hidden="true" focusable="false">
			<path
				fill="currentColor"
				fill-rule="evenodd"
				d="M7 9.5A2.5 2.5 0 0 1 9.5 7h6.3a3 3 0 0 1 2.1.9l6.7 6.7a2.6 2.6 0 0 1 0 3.7l-6.3 6.3a2.6 2.6 0 0 1-3.7 0l-6.7-6.7a3 3 0 0 1-.9-2.1zM12.2 14.2a2 2 0 1 0 0-4 2 2 0 0 0 0 4z"
			/>
		</svg>
	);
}
