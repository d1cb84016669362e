/** Which channel is shown, and which message a link leads to; the page's address says both. */
import { addressOf, readAddress } from "./address.ts";
import { loading, loadNewest, loadOlder } from "./loading.ts";
import { channels, current, revealed, showToast, timelines, toast, unread } from "./state.ts";

/** The channel that is always there. */
export const HOME = "general";
/** How far back a linked message is looked for. */
const PAGES_BACK = 25;
const LOOKING = "Looking for that message…";
/** How long a linked message stands out. */
const REVEALED_MS = 2500;

/** Shows a channel; its messages are loaded if they aren't there. */
export function select(id: string): void {
	const name = channels.value.find((each) => each.id === id)?.name;
	if (name !== undefined) location.hash = addressOf(name);
}

/** Shows what the address names: a channel, and in it a message. */
export function showAddress(): void {
	const { channel, message } = readAddress(location.hash);
	const named = channels.value.find((each) => each.name === channel);
	const found = named ?? home();
	if (!found) return;
	if (found.id !== current.value) {
		current.value = found.id;
		unread.value = without(unread.value, found.id);
	}
	if (message && !named) showToast("The channel of that message is gone.");
	void show(found.id, named && message);
}

/** Goes where a channel is, if the one that is shown is gone. */
export function leaveGoneChannel(): void {
	const name = home()?.name;
	if (name === undefined || channels.value.some((each) => each.id === current.value)) return;
	history.replaceState(null, "", addressOf(name));
	showAddress();
}

/** A channel was removed with everything in it. */
export function dropChannel(id: string): void {
	const gone = channels.value.find((each) => each.id === id);
	if (!gone) return;
	const { [id]: _, ...others } = timelines.value;
	channels.value = channels.value.filter((each) => each.id !== id);
	timelines.value = others;
	unread.value = without(unread.value, id);
	if (current.value === id) showToast(`#${gone.name} was removed.`);
	leaveGoneChannel();
}

async function show(channel: string, message: string | undefined): Promise<void> {
	if (!timelines.value[channel]) await loading(() => loadNewest(channel));
	if (message !== undefined) await reveal(channel, message);
}

/** Loads older pages until the message is there, then shows it; gives up when the person goes elsewhere. */
async function reveal(channel: string, message: string): Promise<void> {
	const address = location.hash;
	for (let pages = 0; location.hash === address; pages += 1) {
		const timeline = timelines.value[channel];
		// It could not be loaded, which was said.
		if (!timeline) return;
		if (timeline.messages.some((each) => each.id === message)) {
			if (toast.value === LOOKING) toast.value = "";
			standOut(message);
			return;
		}
		if (!timeline.more) return showToast("That message was deleted.");
		if (pages === PAGES_BACK) return showToast("That message is too far back to be shown.");
		if (pages === 1) showToast(LOOKING);
		await loadOlder(channel);
		if (timelines.value[channel] === timeline) return;
	}
}

function standOut(message: string): void {
	const shown = { message };
	revealed.value = shown;
	setTimeout(() => {
		if (revealed.value === shown) revealed.value = undefined;
	}, REVEALED_MS);
}

function home() {
	return channels.value.find((each) => each.name === HOME) ?? channels.value[0];
}

function without(ids: ReadonlySet<string>, gone: string): ReadonlySet<string> {
	return new Set([...ids].filter((id) => id !== gone));
}
