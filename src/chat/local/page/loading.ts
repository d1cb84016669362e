/** Loads messages; what happens meanwhile waits, since what is loaded may be older than it. */
import { api, wordsOf } from "./api.ts";
import { changeTimeline, showToast, timelines } from "./state.ts";
import { addOlder, refresh } from "./timeline.ts";

let loads = 0;
let waiting: (() => void)[] = [];
const older = new Map<string, Promise<void>>();

/** Runs a load; what fails is said. */
export async function loading(load: () => Promise<void>): Promise<void> {
	loads += 1;
	try {
		await load();
	} catch (error) {
		showToast(wordsOf(error));
	} finally {
		loads -= 1;
		if (loads === 0) {
			const now = waiting;
			waiting = [];
			for (const run of now) run();
		}
	}
}

/** At once, or as soon as nothing is being loaded. */
export function afterLoading(run: () => void): void {
	if (loads > 0) waiting.push(run);
	else run();
}

export async function loadNewest(channel: string): Promise<void> {
	const page = await api.messages(channel);
	timelines.value = { ...timelines.value, [channel]: refresh(timelines.value[channel], page) };
}

/** One page more of a channel's past, if there is one; whoever asks while it comes waits for the same page. */
export function loadOlder(channel: string): Promise<void> {
	const load = older.get(channel) ?? loading(() => loadOlderPage(channel)).finally(() => older.delete(channel));
	older.set(channel, load);
	return load;
}

async function loadOlderPage(channel: string): Promise<void> {
	const timeline = timelines.value[channel];
	const before = timeline?.messages.find((message) => !message.thread)?.id;
	if (!timeline?.more || !before) return;
	const page = await api.messages(channel, before);
	changeTimeline(channel, (now) => addOlder(now, page));
}
