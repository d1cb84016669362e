/** A channel's label set as its people see it: the labels as read, and how they are used. */
import type { ChannelRef } from "../../src/chat/event.ts";
import type { Block, RichText, View } from "../../src/chat/view.ts";
import type { Label } from "../../src/classify/types.ts";
import { unreadInWords } from "../../src/classify/unread-labels.ts";
import type { Services } from "../../src/services.ts";
import type { ChannelLabelSet } from "../../src/store/label-sets.ts";

/** Labels shown at once; the rest is folded away. */
const SHOWN = 50;

/** @param said stands first: what was done, or what is shown */
export async function labelSetView(
	channel: ChannelRef,
	set: ChannelLabelSet | undefined,
	said: RichText,
	services: Services,
): Promise<View> {
	const { autotag } = await services.store.settings.of(channel);
	const first: Block = { kind: "text", text: said };
	if (!set) return { ephemeral: true, blocks: [first] };
	return {
		ephemeral: true,
		blocks: [first, ...labelBlocks(set), ...settings(set, services), ...notices(set, autotag, services)],
	};
}

function labelBlocks({ labels, version }: ChannelLabelSet): Block[] {
	if (labels.length === 0) return [{ kind: "text", text: [`No labels (version ${version}).`] }];
	const blocks: Block[] = [
		{
			kind: "text",
			text: [{ strong: `Labels, version ${version}: ` }, ...inARow(labels.slice(0, SHOWN))],
		},
	];
	if (labels.length > SHOWN) {
		const rest = labels.slice(SHOWN);
		const summary = `and ${rest.length.toLocaleString("en")} more`;
		blocks.push({ kind: "details", summary, blocks: [{ kind: "text", text: inARow(rest) }] });
	}
	return blocks;
}

/** `🐱 cat · 🐶 dog · bear`, and how many there are beyond `most`. */
export function inARow(labels: readonly Label[], most = labels.length): RichText {
	const row = labels
		.slice(0, most)
		.flatMap(
			({ text, emoji }, index): RichText => [
				...(index > 0 ? [" · "] : []),
				...(emoji && emoji !== text ? [{ emoji }, " "] : []),
				text,
			],
		);
	return labels.length > most ? [...row, ` and ${(labels.length - most).toLocaleString("en")} more`] : row;
}

function settings({ mode, threshold, templates }: ChannelLabelSet, { classifier }: Services): Block[] {
	const line = (name: string, value: string): Block => ({ kind: "text", text: [{ strong: `${name}: ` }, value] });
	const quoted = (templates ?? classifier.model.manifest.templates).map((template) => `“${template}”`).join(", ");
	return [
		line("Mode", mode === "one" ? "one, the labels share one answer" : "many, each label alone, as several may fit"),
		line("Threshold", `${percent(threshold)}, from which a label counts as right`),
		line("Templates", templates ? quoted : `${quoted} (the model's own)`),
	];
}

/** 0.6 → `60 %`; 0.555 → `55.5 %` */
export function percent(probability: number): string {
	return `${Math.round(probability * 1000) / 10} %`;
}

function notices({ labels }: ChannelLabelSet, autotag: string, { classifier }: Services): Block[] {
	const unread = unreadInWords(classifier.unread({ labels }), classifier.model.manifest.name);
	const blocks: Block[] = unread === undefined ? [] : [{ kind: "note", text: [unread] }];
	if (labels.length === 0) {
		blocks.push({ kind: "note", text: [{ code: "/labels set 🐱 cat, 🐶 dog" }, " gives the channel labels."] });
	} else if (autotag === "off") {
		blocks.push({
			kind: "note",
			text: ["Auto-tag is off: ", { code: "/autotag on" }, " has me tag each new image with these labels."],
		});
	}
	return blocks;
}
