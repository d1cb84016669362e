/** Keeps the page's state equal to the server's: loads it, follows the live stream, and loads it again after a gap. */
import type { LiveEvent, WireMessage } from "../wire.ts";
import { api, RequestError } from "./api.ts";
import {
	announcement,
	channels,
	commands,
	connection,
	current,
	failure,
	me,
	pending,
	showToast,
	timelines,
	unread,
} from "./state.ts";
import { addOlder, change, refresh, remove, type Timeline, upsert } from "./timeline.ts";
import { spoken } from "./wording.ts";

/** After a stream that the browser gives up on by itself. */
const REOPEN_MS = 2000;

/** Live events that came while something was being loaded: what is loaded may be older than they are, so they wait. */
let held: LiveEvent[] = [];
let loads = 0;

export async function start(): Promise<void> {
	try {
		failure.value = "";
		await loadState();
		selectFromAddress();
		addEventListener("hashchange", selectFromAddress);
		listen();
	} catch (error) {
		failure.value = wordsOf(error);
	}
}

/** Shows a channel; its messages are loaded if they aren't there. */
export function select(id: string): void {
	const name = channels.value.find((each) => each.id === id)?.name;
	if (name) location.hash = encodeURIComponent(name);
}

export async function loadOlder(): Promise<void> {
	const id = current.value;
	const timeline = timelines.value[id];
	const before = timeline?.messages.find((message) => !message.thread)?.id;
	if (!timeline?.more || !before) return;
	await loading(async () => {
		const page = await api.messages(id, before);
		update(id, (now) => addOlder(now, page));
	});
}

/** Takes over what the server answered to a post, unless the live stream was faster and knows better. */
export function posted(message: WireMessage, nonce: string): void {
	const known = timelines.value[message.channel]?.messages.some((each) => each.id === message.id);
	if (!known) update(message.channel, (now) => upsert(now, message));
	settle(nonce);
}

export function settle(nonce: string): void {
	pending.value = pending.value.filter((each) => each.nonce !== nonce);
}

export function wordsOf(error: unknown): string {
	if (error instanceof RequestError) return error.message;
	return "Something went wrong in this page. Reload it and try again.";
}

async function loadState(): Promise<void> {
	const state = await api.state();
	me.value = state.me;
	channels.value = state.channels;
	commands.value = state.commands;
}

function selectFromAddress(): void {
	const address = location.hash.slice(1);
	const found = channels.value.find((each) => encodeURIComponent(each.name) === address) ?? channels.value[0];
	if (!found || found.id === current.value) return;
	current.value = found.id;
	unread.value = new Set([...unread.value].filter((id) => id !== found.id));
	if (!timelines.value[found.id]) void loading(() => loadNewest(found.id));
}

async function loadNewest(id: string): Promise<void> {
	const page = await api.messages(id);
	timelines.value = { ...timelines.value, [id]: refresh(timelines.value[id], page) };
}

function listen(): void {
	const source = new EventSource("/api/live");
	source.onmessage = (message) => {
		// The stream sends LiveEvents as JSON and nothing else.
		const event = JSON.parse(message.data) as LiveEvent;
		if (event.type !== "open" && loads > 0) held.push(event);
		else apply(event);
	};
	source.onerror = () => {
		connection.value = "lost";
		if (source.readyState !== EventSource.CLOSED) return;
		setTimeout(listen, REOPEN_MS);
	};
}

/** Whenever the stream opens, events may have been missed: other channels are loaded again when they are opened. */
async function opened(): Promise<void> {
	connection.value = "live";
	const shown = timelines.value[current.value];
	timelines.value = shown ? { [current.value]: shown } : {};
	await loading(async () => {
		await loadState();
		await loadNewest(current.value);
	});
}

/** Runs a load; live events wait until it is through. */
async function loading(load: () => Promise<void>): Promise<void> {
	loads += 1;
	try {
		await load();
	} catch (error) {
		showToast(wordsOf(error));
	} finally {
		loads -= 1;
		if (loads === 0) {
			const waiting = held;
			held = [];
			for (const event of waiting) apply(event);
		}
	}
}

function apply(event: LiveEvent): void {
	switch (event.type) {
		case "open":
			void opened();
			return;
		case "channel":
			if (!channels.value.some((each) => each.id === event.channel.id)) {
				channels.value = [...channels.value, event.channel];
			}
			return;
		case "message":
			update(event.message.channel, (now) => upsert(now, event.message));
			if (event.nonce) settle(event.nonce);
			notice(event.message);
			return;
		case "deleted":
			update(event.channel, (now) => remove(now, event.message));
			return;
		case "working":
			update(event.channel, (now) =>
				change(now, event.message, { working: event.working, progress: event.progress ?? "" }),
			);
			return;
	}
}

function notice(message: WireMessage): void {
	if (message.author.id === me.value.id) return;
	if (message.channel !== current.value) unread.value = new Set([...unread.value, message.channel]);
	else announcement.value = `${message.author.name}: ${message.view ? spoken(message.view) : message.text}`;
}

/** A channel that isn't loaded stays so: it is loaded whole when it is opened. */
function update(id: string, to: (now: Timeline) => Timeline): void {
	const now = timelines.value[id];
	if (now) timelines.value = { ...timelines.value, [id]: to(now) };
}
