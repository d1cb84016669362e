/** What a channel decides for itself: its labels, and who may. */
import { beginning, UserError } from "./user-error.ts";

/** A channel's label set. */
export const labelSetErrors = {
	none: () =>
		new UserError(
			"label-set.none",
			"This channel has no labels yet.",
			"A moderator gives it some: /labels set 🐱 cat, 🐶 dog, 🐻 bear",
		),
	noneToClassify: () =>
		new UserError(
			"label-set.none",
			"/classify needs labels, and this channel has none of its own.",
			"Name them, as in /classify cat dog bear, or let a moderator give the channel some: /labels set cat, dog, bear",
		),
	sharedEmoji: (emoji: string, first: string, second: string) =>
		new UserError(
			"label-set.shared-emoji",
			`“${first}” and “${second}” have the same emoji ${emoji}: a reaction with it would vote for both.`,
			"Give one of them another.",
		),
	notThere: (labels: readonly string[], nearest: string | undefined) =>
		new UserError(
			"label-set.not-there",
			`Not among this channel's labels: ${labels.map((label) => `“${beginning(label)}”`).join(", ")}.`,
			nearest ? `Did you mean “${nearest}”?` : "/labels show lists them.",
		),
	badThreshold: (given: string) =>
		new UserError(
			"label-set.threshold",
			`“${beginning(given)}” is no threshold.`,
			"It is a probability from 5 % to 99 %, such as 60 % or 0.6.",
		),
	noTemplates: () =>
		new UserError(
			"label-set.no-templates",
			"No template was given.",
			"Write it like: a photo of a {}. Several are separated by |. The word default brings the model's own back.",
		),
	copiesItself: () =>
		new UserError("label-set.copies-itself", "That is this channel itself.", "Name the one to copy from."),
	otherChannel: () =>
		new UserError(
			"label-set.other-channel",
			"There is no such channel here, or you can't read it.",
			"Name one that you can read, as in /labels copy from:#wildlife",
		),
	otherHasNone: () => new UserError("label-set.other-has-none", "That channel has no labels.", "Nothing was changed."),
};

/** People who are named in a command. */
export const memberErrors = {
	unreadable: (given: string) =>
		new UserError("member.unreadable", `“${beginning(given)}” is no member.`, "Mention one, as in @Ada."),
	notOne: () =>
		new UserError(
			"member.not-one",
			"That is not one member: I take no roles and no groups.",
			"Mention one, as in @Ada.",
		),
	badChange: (given: string) =>
		new UserError(
			"member.bad-change",
			`“${beginning(given)}” can't be done with moderators.`,
			"Write: /labels moderators add @Ada, or remove @Ada.",
		),
	addOrRemove: () =>
		new UserError(
			"member.add-or-remove",
			"I can't tell whether to add or to remove them.",
			"Write: /labels moderators add @Ada, or remove @Ada.",
		),
	forgetOthers: () =>
		new UserError(
			"member.forget-others",
			"Only a moderator can have someone else forgotten.",
			"For yourself: /forget me",
		),
};
