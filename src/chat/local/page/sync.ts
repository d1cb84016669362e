/** Keeps the page's state equal to the server's: loads it, follows the live stream, and loads it again after a gap. */
import type { LiveEvent, WireMessage } from "../wire.ts";
import { api, wordsOf } from "./api.ts";
import { afterLoading, loading, loadNewest } from "./loading.ts";
import { dropChannel, leaveGoneChannel, showAddress } from "./navigation.ts";
import {
	announcement,
	changeTimeline,
	channels,
	commands,
	connection,
	current,
	failure,
	me,
	pending,
	timelines,
	unread,
} from "./state.ts";
import { change, remove, upsert } from "./timeline.ts";
import { spoken } from "./wording.ts";

/** After a stream that the browser gives up on by itself. */
const REOPEN_MS = 2000;

/** The newest message that the live stream told of, of any channel. */
let newest = "";

export async function start(): Promise<void> {
	try {
		failure.value = "";
		await loadState();
		showAddress();
		addEventListener("hashchange", showAddress);
		listen();
	} catch (error) {
		failure.value = wordsOf(error);
	}
}

/** Takes over what the server answered to a post, unless the live stream was faster and knows better. */
export function posted(message: WireMessage, nonce: string): void {
	const known = timelines.value[message.channel]?.messages.some((each) => each.id === message.id);
	if (!known) changeTimeline(message.channel, (now) => upsert(now, message));
	settle(nonce);
}

export function settle(nonce: string): void {
	pending.value = pending.value.filter((each) => each.nonce !== nonce);
}

async function loadState(): Promise<void> {
	const state = await api.state();
	me.value = state.me;
	channels.value = state.channels;
	commands.value = state.commands;
}

function listen(): void {
	const source = new EventSource("/api/live");
	source.onmessage = (message) => {
		// The stream sends LiveEvents as JSON and nothing else.
		const event = JSON.parse(message.data) as LiveEvent;
		if (event.type === "open") void opened();
		else afterLoading(() => apply(event));
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
		leaveGoneChannel();
		await loadNewest(current.value);
	});
}

function apply(event: Exclude<LiveEvent, { type: "open" }>): void {
	switch (event.type) {
		case "channel":
			if (!channels.value.some((each) => each.id === event.channel.id)) {
				channels.value = [...channels.value, event.channel];
			}
			return;
		case "channel-gone":
			dropChannel(event.channel);
			return;
		case "message":
			notice(event.message);
			changeTimeline(event.message.channel, (now) => upsert(now, event.message));
			if (event.nonce) settle(event.nonce);
			return;
		case "deleted":
			changeTimeline(event.channel, (now) => remove(now, event.message));
			return;
		case "working":
			changeTimeline(event.channel, (now) =>
				change(now, event.message, { working: event.working, progress: event.progress ?? "" }),
			);
			return;
	}
}

/** Says what is new: a message of someone else, or what a change of theirs adds. A reaction says nothing. */
function notice(message: WireMessage): void {
	const isNew = isNewer(message.id);
	if (isNew) newest = message.id;
	if (message.author.id === me.value.id) return;
	if (message.channel !== current.value) {
		if (isNew) unread.value = new Set([...unread.value, message.channel]);
		return;
	}
	const before = timelines.value[message.channel]?.messages.find((each) => each.id === message.id);
	const said = message.view ? spoken(message.view, before?.view) : before ? "" : message.text;
	if (said) announcement.value = `${message.author.name}: ${said}`;
}

/** Newer than all that is known, in whichever channel: ids sort by time. */
function isNewer(id: string): boolean {
	const known = Object.values(timelines.value).map((timeline) => timeline.messages.at(-1)?.id ?? "");
	return [...known, newest].every((each) => each < id);
}
