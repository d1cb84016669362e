/** Tokens that are kept sealed, and the keys that open them. */
import { UserError } from "./user-error.ts";

export const secretErrors = {
	noKeys: () =>
		new UserError(
			"secrets.no-keys",
			"There is no key to seal tokens with.",
			"Make one with `openssl rand -base64 32`, and set TAGALONG_ENCRYPTION_KEYS to it.",
		),
	unknownKey: (platform: string, workspace: string) =>
		new UserError(
			"secrets.unknown-key",
			`The tokens of ${platform} workspace ${workspace} are sealed with a key that isn't in TAGALONG_ENCRYPTION_KEYS.`,
			"Put that key behind the others again, or install the bot anew in that workspace.",
		),
	damaged: (platform: string, workspace: string) =>
		new UserError(
			"secrets.damaged",
			`The sealed tokens of ${platform} workspace ${workspace} can't be opened: they were changed, or are another workspace's.`,
			"Restore the store from a backup, or install the bot anew in that workspace.",
		),
	unreadable: (platform: string, workspace: string) =>
		new UserError(
			"secrets.unreadable",
			`What was sealed for ${platform} workspace ${workspace} isn't what this version of Tagalong knows.`,
			"Update Tagalong, or install the bot anew in that workspace.",
		),
};
