/** Gives a reaction or takes it back: at once on the page, then on the server. */
import type { WireMessage } from "../wire.ts";
import { api, wordsOf } from "./api.ts";
import { toggled } from "./reactions.ts";
import { changeTimeline, me, shownName, showToast } from "./state.ts";
import { change } from "./timeline.ts";

export async function react({ id, channel }: WireMessage, emoji: string, added: boolean): Promise<void> {
	const show = (isThere: boolean) =>
		changeTimeline(channel, (now) => {
			const reactions = now.messages.find((each) => each.id === id)?.reactions ?? [];
			const mine = { id: me.value.id, name: shownName.value };
			return change(now, id, { reactions: toggled(reactions, emoji, mine, isThere) });
		});
	show(added);
	try {
		await api.react(id, { emoji, added });
	} catch (error) {
		show(!added);
		showToast(wordsOf(error));
	}
}
