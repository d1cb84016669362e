/** What Discord's refusals mean for the bot. */
import { RESTJSONErrorCodes as Codes, DiscordAPIError } from "discord.js";

/** Discord's own code of a refusal; undefined for anything else. */
export function codeOf(error: unknown): number | undefined {
	return error instanceof DiscordAPIError ? Number(error.code) : undefined;
}

const among =
	(...codes: readonly number[]) =>
	(error: unknown): boolean => {
		const code = codeOf(error);
		return code !== undefined && codes.includes(code);
	};

/** What it was about was deleted. */
export const isGone = among(Codes.UnknownChannel, Codes.UnknownMessage, Codes.UnknownGuild);
/** The bot lacks a permission. */
export const isForbidden = among(Codes.MissingAccess, Codes.MissingPermissions);
/** An interaction can't be answered by its token any more, or was never answered at first. */
export const isTokenGone = among(Codes.InvalidWebhookToken, Codes.UnknownWebhook, Codes.UnknownInteraction);
/** A message can have no thread there, or there are too many. */
export const allowsNoThread = among(
	Codes.CannotExecuteActionOnThisChannelType,
	Codes.MaximumActiveThreads,
	Codes.MaximumActiveAnnouncementThreads,
);
/** An emoji that isn't there, one too many on that message, or its author has blocked the bot. */
export const takesNoReaction = among(
	Codes.UnknownEmoji,
	Codes.MaximumNumberOfReactionsReached,
	Codes.ReactionWasBlocked,
);

/** A server's own emoji that the bot may not use: the whole message was refused for it. */
export function isAboutEmoji(error: unknown): boolean {
	if (!(error instanceof DiscordAPIError) || codeOf(error) !== Codes.InvalidFormBodyOrContentType) return false;
	return /INVALID_EMOJI|emoji/i.test(JSON.stringify(error.rawError));
}
