/** Everything the page knows, as signals; components read them, the files beside this one change them. */
import { computed, signal } from "@preact/signals";
import type { WireChannel, WireCommand, WireFile, WireMessage, WireState } from "../wire.ts";
import type { Timeline } from "./timeline.ts";

/** A message on its way to the server, shown at once. */
export interface Pending {
	nonce: string;
	channel: string;
	thread?: string;
	text: string;
	files: { key: string; name: string; url: string }[];
	time: string;
}

/** `lost`: the live stream broke and is being opened again. */
export type Connection = "connecting" | "live" | "lost";

export const me = signal<WireState["me"]>({ id: "", canModerate: false });
export const channels = signal<WireChannel[]>([]);
export const commands = signal<readonly WireCommand[]>([]);
/** The id of the channel shown. */
export const current = signal("");
/** By channel; a channel that was never opened has none. */
export const timelines = signal<Record<string, Timeline>>({});
export const pending = signal<Pending[]>([]);
export const unread = signal<ReadonlySet<string>>(new Set());
export const connection = signal<Connection>("connecting");
/** Why the page has nothing to show. */
export const failure = signal("");
/** Said by screen readers, shown nowhere. */
export const announcement = signal("");
/** A short notice that goes by itself. */
export const toast = signal("");
/** The thread that is being replied to. */
export const openThread = signal("");
/** The drawer with the channels, on a narrow screen. */
export const drawerOpen = signal(false);
/** Files are being dragged over the page. */
export const dragging = signal(false);
export const dialog = signal<
	{ kind: "new-channel" } | { kind: "rename" } | { kind: "delete"; message: WireMessage; replies: number } | undefined
>(undefined);
/** The pictures being looked at, and which of them. */
export const lightbox = signal<{ files: WireFile[]; index: number } | undefined>(undefined);

export const channel = computed(() => channels.value.find((each) => each.id === current.value));
export const timeline = computed(() => timelines.value[current.value]);

const NAME_KEY = "tagalong.name";
/** What the person wants to be called; empty until they say. */
export const name = signal(localStorage.getItem(NAME_KEY) ?? "");
export const shownName = computed(() => name.value || "You");

export function rename(chosen: string): void {
	name.value = chosen.trim().slice(0, 40);
	localStorage.setItem(NAME_KEY, name.value);
}

let toastTimer: ReturnType<typeof setTimeout> | undefined;

export function showToast(text: string): void {
	toast.value = text;
	clearTimeout(toastTimer);
	toastTimer = setTimeout(() => {
		toast.value = "";
	}, 5000);
}
