/** A channel's labels, ready to score with, and what its people have taught about them. */
import type { ChannelRef } from "../chat/event.ts";
import type { LabelSet } from "../classify/classify.ts";
import type { Services } from "../services.ts";
import type { Example } from "../store/examples.ts";
import type { ChannelLabelSet } from "../store/label-sets.ts";

/** Examples that a channel is taught with, the newest: enough to learn from, and fitted in seconds even for a hundred labels. */
const MAX_EXAMPLES = 500;

export interface ChannelLabels {
	stored: ChannelLabelSet;
	labelSet: LabelSet;
}

/** The channel's label set with what was learned; undefined if it has none. */
export async function channelLabels(channel: ChannelRef, services: Services): Promise<ChannelLabels | undefined> {
	const stored = await services.store.labelSets.current(channel);
	if (!stored || stored.labels.length === 0) return undefined;
	const { labels, mode, templates } = stored;
	const zeroShot = await services.classifier.labelSet(labels, { mode, templates: templates ?? undefined });
	return { stored, labelSet: await taught(channel, zeroShot, services) };
}

/** What one channel teaches about one label set, fit after fit. */
interface Course {
	/** What was last learned, and from which examples. */
	learned?: { state: string; labelSet: LabelSet };
	/** Ends with the last fit that was begun or waits; never rejects. */
	end: Promise<unknown>;
	/** The fit that waits for the one that runs: whoever asks meanwhile shares it. */
	next?: Promise<LabelSet> | undefined;
}

/** By label set and channel; gone with the label set. */
const courses = new WeakMap<LabelSet, Map<string, Course>>();

/**
 * A label set with what the channel's confirmed examples teach about it; fitted anew only when they have changed. One fit
 * runs at a time, and one at most waits: it reads the examples when its turn comes, so that it has all that those who
 * wait for it know of, and nothing that was forgotten before they asked.
 */
export async function taught(channel: ChannelRef, zeroShot: LabelSet, services: Services): Promise<LabelSet> {
	const course = courseOf(channel, zeroShot);
	const state = await stateOf(channel, services);
	if (course.learned?.state === state) return course.learned.labelSet;
	course.next ??= queued(course, () => learn(course, channel, zeroShot, services));
	return await course.next;
}

function courseOf({ platform, workspace, channel }: ChannelRef, zeroShot: LabelSet): Course {
	const ofSet = courses.get(zeroShot) ?? new Map<string, Course>();
	courses.set(zeroShot, ofSet);
	const key = JSON.stringify([platform, workspace, channel]);
	const course = ofSet.get(key) ?? { end: Promise.resolve() };
	ofSet.set(key, course);
	return course;
}

function queued(course: Course, fit: () => Promise<LabelSet>): Promise<LabelSet> {
	const turn = course.end.then(() => {
		course.next = undefined;
		return fit();
	});
	course.end = turn.catch(() => {});
	return turn;
}

/** What is learned of "none" before the pool is encoded doesn't hold after it. */
async function stateOf(channel: ChannelRef, { store, classifier }: Services): Promise<string> {
	return `${await store.examples.state(channel, classifier.model.id)} ${classifier.poolReady}`;
}

async function learn(course: Course, channel: ChannelRef, zeroShot: LabelSet, services: Services): Promise<LabelSet> {
	const state = await stateOf(channel, services);
	if (course.learned?.state === state) return course.learned.labelSet;
	const { store, classifier } = services;
	const examples = await store.examples.ofChannel(channel, classifier.model.id, MAX_EXAMPLES);
	// An example that came and went between the two would be served for a state that never had it.
	const isOfState = (await stateOf(channel, services)) === state;
	const labelSet = examples.length === 0 ? zeroShot : await fitted(zeroShot, examples, services);
	if (isOfState) course.learned = { state, labelSet };
	return labelSet;
}

/** Without what was learned if that can't be: an image is tagged all the same, and the next change is another chance. */
async function fitted(
	zeroShot: LabelSet,
	examples: readonly Example[],
	{ classifier, log }: Services,
): Promise<LabelSet> {
	try {
		return await classifier.teach(zeroShot, examples);
	} catch (error) {
		log.error({ err: error, examples: examples.length }, "nothing could be learned from a channel's examples");
		return zeroShot;
	}
}
