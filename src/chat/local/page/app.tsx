/** The page: channels beside messages, and what lies over them. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Composer } from "./composer.tsx";
import { Dialogs } from "./dialogs.tsx";
import { listenForDrops } from "./drop.ts";
import { focusComposer } from "./focus.ts";
import { IconButton } from "./icon-button.tsx";
import { AlertIcon, HashIcon, MenuIcon, PhotoIcon, TagMark, TrashIcon } from "./icons.tsx";
import { Lightbox } from "./lightbox.tsx";
import { MessageList } from "./message-list.tsx";
import { HOME } from "./navigation.ts";
import { ReactionPicker } from "./picker.tsx";
import { Sidebar } from "./sidebar.tsx";
import {
	announcement,
	channel,
	connection,
	dialog,
	dragging,
	drawerOpen,
	failure,
	me,
	toast,
	unread,
} from "./state.ts";
import { start } from "./sync.ts";

const narrow = matchMedia("(max-width: 760px)");

export function App() {
	const isNarrow = useSignal(narrow.matches);
	useEffect(() => {
		const follow = () => {
			isNarrow.value = narrow.matches;
			drawerOpen.value = false;
		};
		narrow.addEventListener("change", follow);
		const stopListening = listenForDrops();
		return () => {
			narrow.removeEventListener("change", follow);
			stopListening();
		};
	}, [isNarrow]);
	const shown = channel.value;
	useEffect(() => {
		document.title = `${unread.value.size > 0 ? "• " : ""}${shown ? `#${shown.name} · ` : ""}Tagalong`;
	});

	if (failure.value) return <Failure />;
	if (!shown) return <div class="app" aria-busy="true" />;
	return (
		<div class="app">
			<button type="button" class="skip" onClick={focusComposer}>
				Skip to the message box
			</button>
			<Sidebar isDrawer={isNarrow.value} />
			{drawerOpen.value && (
				// biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes the drawer for the keyboard
				// biome-ignore lint/a11y/noStaticElementInteractions: a backdrop, not a control
				<div
					class="backdrop"
					onClick={() => {
						drawerOpen.value = false;
					}}
				/>
			)}
			<main inert={isNarrow.value && drawerOpen.value}>
				<header class="top">
					{isNarrow.value && (
						<IconButton
							label={unread.value.size > 0 ? "Channels, some unread" : "Channels"}
							onClick={() => {
								drawerOpen.value = true;
							}}
						>
							<MenuIcon />
							{unread.value.size > 0 && <span class="dot" />}
						</IconButton>
					)}
					<h1 class="channel-name">
						<HashIcon size={19} />
						<span>{shown.name}</span>
					</h1>
					{me.value.canModerate && shown.name !== HOME && (
						<IconButton
							label="Remove channel"
							isDanger
							onClick={() => {
								dialog.value = { kind: "remove-channel", channel: shown };
							}}
						>
							<TrashIcon size={18} />
						</IconButton>
					)}
				</header>
				{connection.value === "lost" && (
					<p class="banner" role="alert">
						<AlertIcon size={18} /> The server can't be reached. Trying again…
					</p>
				)}
				<MessageList />
				<div class="composer-dock">
					<Composer
						key={shown.id}
						channel={shown.id}
						placeholder={isNarrow.value ? "Write a message" : `Message #${shown.name}`}
						focused={!isNarrow.value}
					/>
				</div>
				{dragging.value && (
					<div class="drop" aria-hidden="true">
						<div>
							<PhotoIcon size={44} />
							<strong>Drop photos to add them</strong>
							<span>to your message in #{shown.name}</span>
						</div>
					</div>
				)}
			</main>
			<Dialogs />
			<Lightbox />
			<ReactionPicker />
			<div class="sr-only" role="status" aria-live="polite" key="announcement">
				{announcement}
			</div>
			<div class="toast" role="status" aria-live="polite" key="toast">
				{toast.value && <p>{toast}</p>}
			</div>
		</div>
	);
}

function Failure() {
	return (
		<div class="failure" role="alert">
			<TagMark size={36} />
			<h1>The chat can't be opened</h1>
			<p>{failure}</p>
			<button type="button" class="button primary" onClick={() => void start()}>
				Try again
			</button>
		</div>
	);
}
