/** What goes wrong when people vote on images, and with buttons in general. */
import { UserError } from "./user-error.ts";

export const voteErrors = {
	imageGone: () => new UserError("vote.image-gone", "That image is no longer here, so there is nothing to vote on."),
	controlGone: () =>
		new UserError("choice.gone", "That button no longer does anything.", "Use one of a newer answer, or the command."),
	labelGone: () =>
		new UserError(
			"choice.label-gone",
			"That label is no longer one of this channel's.",
			"Choose another, or write it.",
		),
	oneLabel: () => new UserError("vote.one-label", "A vote names one label.", "Write just the one that fits best."),
};
