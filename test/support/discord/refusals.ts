/** Why Discord refuses a request, with its own codes and words. */

/** Answers a request with `status` and an error in Discord's shape. */
export class Refusal extends Error {
	readonly status: number;
	readonly code: number;
	readonly errors: unknown;

	constructor(status: number, code: number, message: string, errors?: unknown) {
		super(message);
		this.status = status;
		this.code = code;
		this.errors = errors;
	}
}

const unknown = (code: number, what: string) => () => new Refusal(404, code, `Unknown ${what}`);
const forbidden = (code: number, words: string) => () => new Refusal(403, code, words);
const bad = (code: number, words: string) => () => new Refusal(400, code, words);

export const refusals = {
	notFound: () => new Refusal(404, 0, "404: Not Found"),
	unauthorized: () => new Refusal(401, 0, "401: Unauthorized"),
	unknownApplication: unknown(10002, "Application"),
	unknownChannel: unknown(10003, "Channel"),
	unknownGuild: unknown(10004, "Guild"),
	unknownMember: unknown(10007, "Member"),
	unknownMessage: unknown(10008, "Message"),
	unknownUser: unknown(10013, "User"),
	unknownEmoji: unknown(10014, "Emoji"),
	unknownWebhook: unknown(10015, "Webhook"),
	unknownInteraction: unknown(10062, "interaction"),
	unknownCommand: unknown(10063, "application command"),
	tooManyFollowUps: bad(40094, "This interaction has reached the maximum number of follow up messages"),
	alreadyAcknowledged: bad(40060, "Interaction has already been acknowledged."),
	missingAccess: forbidden(50001, "Missing Access"),
	foreignMessage: forbidden(50005, "Cannot edit a message authored by another user"),
	emptyMessage: bad(50006, "Cannot send an empty message"),
	cannotMessage: forbidden(50007, "Cannot send messages to this user"),
	missingPermissions: forbidden(50013, "Missing Permissions"),
	tooOld: bad(50034, "A message provided was too old to bulk delete"),
	wrongCount: bad(
		50016,
		"Provided too few or too many messages to delete. Must provide at least 2 and at most 100 messages.",
	),
	wrongChannelType: bad(50024, "Cannot execute action on this channel type"),
	invalidToken: () => new Refusal(401, 50027, "Invalid Webhook Token"),
	archived: bad(50083, "Thread is archived"),
	cannotReply: bad(160002, "You cannot reply without permission to read message history"),
	threadExists: bad(160004, "A thread has already been created for this message"),
	locked: bad(160005, "Thread is locked"),
	/** @param field as a path, such as `components[0].file.url` */
	invalidForm: (field: string, words: string, code = "BASE_TYPE_INVALID") =>
		new Refusal(400, 50035, "Invalid Form Body", { [field]: { _errors: [{ code, message: words }] } }),
};
