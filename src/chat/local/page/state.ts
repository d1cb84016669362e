/** Everything the page knows, as signals; components read them, the files beside this one change them. */
import { computed, signal } from "@preact/signals";
import type { Form } from "../../view.ts";
import type { WireChannel, WireChoice, WireCommand, WireMessage, WireState } from "../wire.ts";
import { peopleIn, type Timeline } from "./timeline.ts";

/** A message on its way to the server, shown at once. */
export interface Pending {
	nonce: string;
	channel: string;
	thread?: string;
	text: string;
	files: { key: string; name: string; url: string }[];
	time: string;
}

/** A picture as it is looked at closely; one of an unknown size is shown at its own. */
export interface LargePicture {
	id: string;
	name: string;
	/** What it shows, where its name doesn't say it. */
	alt?: string;
	width?: number;
	height?: number;
}

/** What the page asks. */
export type Question =
	| { kind: "new-channel" }
	| { kind: "you" }
	| { kind: "delete"; message: WireMessage; replies: number }
	| { kind: "remove-channel"; channel: WireChannel }
	/** What a button or an option asks before it is taken. */
	| { kind: "form"; form: Form; message: string; choice: WireChoice };

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
export const dialog = signal<Question | undefined>(undefined);
/** The pictures being looked at, and which of them. */
export const lightbox = signal<{ pictures: LargePicture[]; index: number } | undefined>(undefined);
/** The message that a reaction is being picked for, and the button that asked. */
export const picking = signal<{ message: WireMessage; from: HTMLElement } | undefined>(undefined);
/** The message that a link led to; a new object each time, so that it is shown again. */
export const revealed = signal<{ message: string } | undefined>(undefined);

export const channel = computed(() => channels.value.find((each) => each.id === current.value));
export const timeline = computed(() => timelines.value[current.value]);

/** Names of people seen in the channel shown, latest first. */
export const people = computed(() => peopleIn(timeline.value?.messages ?? []));

const NAME_KEY = "tagalong.name";
/** What the person wants to be called; empty until they say. */
export const name = signal(localStorage.getItem(NAME_KEY) ?? "");
export const shownName = computed(() => name.value || "You");

export function rename(chosen: string): void {
	name.value = chosen.trim().slice(0, 40);
	localStorage.setItem(NAME_KEY, name.value);
}

const DISMISSED_KEY = "tagalong.dismissed";
const DISMISSED_MOST = 500;
/** Answers for this person alone that they have put away. */
export const dismissed = signal<ReadonlySet<string>>(new Set(localStorage.getItem(DISMISSED_KEY)?.split(" ")));

export function dismissAnswer(id: string): void {
	dismissed.value = new Set([...dismissed.value, id].slice(-DISMISSED_MOST));
	localStorage.setItem(DISMISSED_KEY, [...dismissed.value].join(" "));
}

/** A channel that isn't loaded stays so: it is loaded whole when it is opened. */
export function changeTimeline(id: string, to: (now: Timeline) => Timeline): void {
	const now = timelines.value[id];
	if (now) timelines.value = { ...timelines.value, [id]: to(now) };
}

let toastTimer: ReturnType<typeof setTimeout> | undefined;

export function showToast(text: string): void {
	toast.value = text;
	clearTimeout(toastTimer);
	toastTimer = setTimeout(() => {
		toast.value = "";
	}, 5000);
}
