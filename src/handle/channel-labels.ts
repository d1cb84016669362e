/** A channel's labels, ready to score with, and what its people have taught about them. */
import type { ChannelRef } from "../chat/event.ts";
import type { LabelSet } from "../classify/classify.ts";
import type { Services } from "../services.ts";
import type { ChannelLabelSet } from "../store/label-sets.ts";

/** Examples that a channel is taught with, the newest: enough to learn from, and fitted in a second or two at most. */
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

/** What was last taught about a label set, by channel; gone with the label set. */
const lessons = new WeakMap<LabelSet, Map<string, { state: string; labelSet: Promise<LabelSet> }>>();

/** A label set with what the channel's confirmed examples teach about it; fitted anew only when they have changed. */
export async function taught(channel: ChannelRef, zeroShot: LabelSet, services: Services): Promise<LabelSet> {
	const { store, classifier } = services;
	const state = await store.examples.state(channel, classifier.model.id);
	const ofSet = lessons.get(zeroShot) ?? new Map<string, { state: string; labelSet: Promise<LabelSet> }>();
	lessons.set(zeroShot, ofSet);
	const key = JSON.stringify([channel.platform, channel.workspace, channel.channel]);
	const known = ofSet.get(key);
	if (known?.state === state) return await known.labelSet;

	const labelSet = learn(channel, zeroShot, services);
	ofSet.set(key, { state, labelSet });
	try {
		return await labelSet;
	} catch (error) {
		ofSet.delete(key);
		throw error;
	}
}

async function learn(channel: ChannelRef, zeroShot: LabelSet, { store, classifier }: Services): Promise<LabelSet> {
	const examples = await store.examples.ofChannel(channel, classifier.model.id, MAX_EXAMPLES);
	return examples.length === 0 ? zeroShot : await classifier.teach(zeroShot, examples);
}
