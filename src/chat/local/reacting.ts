/** What people do to a message in the embedded chat: react to it, press its buttons, pick from its selects, send its forms. */
import { splitEmoji } from "../../classify/emoji.ts";
import { localChatErrors, UserError } from "../../errors.ts";
import type { LocalChatStore, LocalMessage } from "../../store/local-chat.ts";
import { sortableId } from "../../store/sortable-id.ts";
import type { Actor, ChatEvent } from "../event.ts";
import type { Control, Form, KeptBlock } from "../view.ts";
import type { Announcer } from "./announce.ts";
import { choiceOf, type Moment, reactionOf } from "./events.ts";
import { MAX_REACTIONS, type WireChoice, type WireChosen, type WireReacting } from "./wire.ts";

/** The form that a choice asks for before it is sent, if it asks for one. */
export type FormOf = (control: string, values: readonly string[]) => Form | undefined;

interface Parts {
	store: LocalChatStore;
	announcer: Announcer;
	/** Writes an event down and sees to it. */
	accept: (event: ChatEvent) => Promise<unknown>;
	formOf: FormOf;
	now: () => Date;
}

export type Reacting = ReturnType<typeof createReacting>;

export function createReacting({ store, announcer, accept, formOf, now }: Parts) {
	/** @throws UserError `local.message-gone`, also where it is there for someone else alone */
	async function shownTo(actor: Actor, id: string): Promise<LocalMessage> {
		const message = await store.message(id, actor.id);
		if (!message) throw localChatErrors.messageGone();
		return message;
	}

	return {
		/** Reacting twice, or taking away what isn't there, changes nothing and is no event. @throws UserError `local.*` */
		async react(id: string, actor: Actor, reacting: WireReacting): Promise<void> {
			const { emoji, added } = reacting;
			if (!isOneEmoji(emoji)) throw localChatErrors.notAnEmoji();
			const message = await shownTo(actor, id);
			const used = new Set(message.reactions.map((reaction) => reaction.emoji));
			if (added && !used.has(emoji) && used.size >= MAX_REACTIONS)
				throw localChatErrors.tooManyReactions(MAX_REACTIONS);
			const reaction = { message: id, emoji, person: actor.id, personName: actor.name };
			if (!(await store.react(reaction, added, now()))) return;
			// Nothing stands between the row and the order: of two at the same moment both agree on which was first.
			const event = reactionOf(message, actor, reacting, moment(now()));
			try {
				await accept(event);
			} catch (error) {
				await store.react(reaction, !added, now());
				throw error instanceof UserError ? error : localChatErrors.notAccepted("The reaction", error);
			}
			await announcer.message(id);
		},

		/**
		 * @returns the form to fill in first, where the choice asks for one and no fields were sent
		 * @throws UserError `local.control-gone` if the message, as it now stands, has no such control or option
		 */
		async choose(id: string, actor: Actor, choice: WireChoice): Promise<WireChosen> {
			const message = await shownTo(actor, id);
			const control = controlsOf(message.view?.blocks ?? []).find((each) => each.id === choice.control);
			if (!control || !offers(control, choice.values)) throw localChatErrors.controlGone();
			const form = formOf(choice.control, choice.values);
			const isFilledIn = Object.keys(choice.fields).length > 0;
			if (form && !isFilledIn) return { form };
			if (isFilledIn) checkFields(form, choice.fields);
			try {
				await accept(choiceOf(message, actor, choice, moment(now())));
			} catch (error) {
				throw error instanceof UserError ? error : localChatErrors.notAccepted("The choice", error);
			}
			return {};
		},
	};
}

let lastOrder = 0;

/** Rises with every call in this process, also within a millisecond and when the clock goes back. */
function moment(now: Date): Moment {
	lastOrder = Math.max(lastOrder + 1, now.getTime() * 1000);
	return { key: sortableId(now), order: lastOrder, now };
}

function isOneEmoji(text: string): boolean {
	// Names (`:dog:`, `<:dog:1>`) are other platforms' ways.
	return !/^[:<]/.test(text) && text.length <= 100 && splitEmoji(text)?.emoji === text;
}

function controlsOf(blocks: readonly KeptBlock[]): Control[] {
	return blocks.flatMap((block) => {
		if (block.kind === "details") return controlsOf(block.blocks);
		return block.kind === "controls" || block.kind === "scores" ? (block.controls ?? []) : [];
	});
}

/** A button takes no values, a select one of its options. */
function offers(control: Control, values: string[]): boolean {
	if (control.kind === "button") return values.length === 0;
	return values.length === 1 && control.options.some((option) => option.id === values[0]);
}

/** @throws UserError `local.malformed`, `local.field-too-long` */
function checkFields(form: Form | undefined, fields: Record<string, string>): void {
	for (const [name, text] of Object.entries(fields)) {
		const field = form?.fields.find((each) => each.name === name);
		if (!field) throw localChatErrors.malformed();
		if (text.length > field.maxLength) throw localChatErrors.fieldTooLong(field.label, field.maxLength);
	}
}
