/**
 * Whether Discord would accept what the bot sends it: every field known, in its place and within its limits. Against the
 * documentation and discord-api-types, on purpose without anything of the program's own.
 */
import { z } from "zod";
import { commandEdit, commandList, globalCommand, guildCommand } from "./check-commands.ts";
import { legacyComponents, messageComponents, modal, snowflake, uploadsShown, words } from "./check-components.ts";

/** https://docs.discord.com/developers/resources/message#message-object-message-flags */
const flagBits = { suppressEmbeds: 1 << 2, ephemeral: 1 << 6, suppressNotifications: 1 << 12, componentsV2: 1 << 15 };
type Flag = keyof typeof flagBits;

const flagsOf = (allowed: readonly Flag[]) => {
	const bits = allowed.reduce((sum, flag) => sum | flagBits[flag], 0);
	return z
		.int()
		.min(0)
		.refine((flags) => (flags & ~bits) === 0, `a flag that can't be set here; these can: ${allowed.join(", ")}`);
};

const allowedMentions = z
	.strictObject({
		parse: z.array(z.enum(["roles", "users", "everyone"])).optional(),
		roles: z.array(snowflake).max(100).optional(),
		users: z.array(snowflake).max(100).optional(),
		replied_user: z.boolean().optional(),
	})
	.refine(
		({ parse = [], roles = [], users = [] }) =>
			!(parse.includes("roles") && roles.length > 0) && !(parse.includes("users") && users.length > 0),
		"parse and a list of the same exclude each other",
	);
const attachment = z.strictObject({
	id: z.union([snowflake, z.int().min(0)]),
	filename: z.string().min(1).max(260).optional(),
	title: z.string().max(1024).optional(),
	description: z.string().max(1024).optional(),
	is_spoiler: z.boolean().optional(),
});
const content = z.string().max(2000);
const embeds = z.array(z.looseObject({})).max(10);
const attachments = z.array(attachment).max(10);
const components = z.union([messageComponents, legacyComponents]);

const messageFields = {
	content: content.optional(),
	tts: z.boolean().optional(),
	embeds: embeds.optional(),
	allowed_mentions: allowedMentions.optional(),
	components: components.optional(),
	attachments: attachments.optional(),
};
const channelMessage = z
	.strictObject({
		...messageFields,
		nonce: z.union([z.string().max(25), z.int()]).optional(),
		enforce_nonce: z.boolean().optional(),
		message_reference: z
			.strictObject({
				type: z.literal(0).optional(),
				message_id: snowflake,
				channel_id: snowflake.optional(),
				guild_id: snowflake.optional(),
				fail_if_not_exists: z.boolean().optional(),
			})
			.optional(),
		sticker_ids: z.array(snowflake).max(3).optional(),
		flags: flagsOf(["suppressEmbeds", "suppressNotifications", "componentsV2"]).optional(),
	})
	.refine(({ enforce_nonce, nonce }) => !enforce_nonce || nonce !== undefined, "enforce_nonce without a nonce")
	.superRefine(wholeMessage);
const interactionMessage = z
	.strictObject({
		...messageFields,
		flags: flagsOf(["suppressEmbeds", "ephemeral", "suppressNotifications", "componentsV2"]).optional(),
	})
	.superRefine(wholeMessage);
const messageEdit = z
	.strictObject({
		content: content.nullable().optional(),
		embeds: embeds.nullable().optional(),
		allowed_mentions: allowedMentions.nullable().optional(),
		components: components.nullable().optional(),
		attachments: attachments.optional(),
		flags: flagsOf(["suppressEmbeds", "componentsV2"]).nullable().optional(),
	})
	.superRefine(kindOfMessage);

type Message = { [field in "content" | "embeds" | "components" | "attachments" | "flags"]?: unknown };

function wholeMessage(message: Message, context: z.RefinementCtx): void {
	const { content: text = "", embeds: cards, components: parts, attachments: files } = message;
	const empty =
		String(text).trim() === "" && [cards, parts, files].every((list) => !Array.isArray(list) || list.length === 0);
	if (empty) context.addIssue({ code: "custom", message: "Cannot send an empty message" });
	kindOfMessage(message, context);
}

/** Fields of before Components V2, and those of it, exclude each other. */
function kindOfMessage(message: Message, context: z.RefinementCtx): void {
	const refuse = (text: string) => context.addIssue({ code: "custom", message: text });
	const isV2 = (Number(message.flags ?? 0) & flagBits.componentsV2) !== 0;
	const parts = Array.isArray(message.components) ? message.components : [];
	if (isV2 && (message.content || (Array.isArray(message.embeds) && message.embeds.length > 0))) {
		refuse("content and embeds cannot be used with IS_COMPONENTS_V2");
	}
	if (isV2 && parts.length === 0) refuse("IS_COMPONENTS_V2 without components");
	if (!isV2 && !legacyComponents.safeParse(parts).success) refuse("components that need IS_COMPONENTS_V2");
}

const interactionAnswer = z.discriminatedUnion("type", [
	z.strictObject({ type: z.literal(1) }),
	z.strictObject({ type: z.literal(4), data: interactionMessage }),
	z.strictObject({
		type: z.literal(5),
		data: z.strictObject({ flags: flagsOf(["ephemeral"]).optional() }).optional(),
	}),
	z.strictObject({ type: z.literal(6) }),
	z.strictObject({ type: z.literal(7), data: messageEdit.optional() }),
	z.strictObject({
		type: z.literal(8),
		data: z.strictObject({
			choices: z
				.array(z.strictObject({ name: words(100), value: z.union([z.string().min(1).max(100), z.number()]) }))
				.max(25),
		}),
	}),
	z.strictObject({ type: z.literal(9), data: modal }),
]);

const archiveAfter = z.literal([60, 1440, 4320, 10080]).optional();
const slowMode = z.int().min(0).max(21600).nullable().optional();
const threadOfMessage = z.strictObject({
	name: words(100),
	auto_archive_duration: archiveAfter,
	rate_limit_per_user: slowMode,
});
const thread = threadOfMessage.extend({ type: z.literal([10, 11, 12]).optional(), invitable: z.boolean().optional() });
const forumPost = threadOfMessage.extend({
	message: channelMessage,
	applied_tags: z.array(snowflake).max(5).optional(),
});
const threadEdit = threadOfMessage
	.partial()
	.extend({ archived: z.boolean().optional(), locked: z.boolean().optional() });

/** `:x` is one part of a path, without a slash. */
const routes: Record<string, z.ZodType> = {
	"POST /channels/:channel/messages": channelMessage,
	"PATCH /channels/:channel/messages/:message": messageEdit,
	"POST /channels/:channel/messages/:message/threads": threadOfMessage,
	"POST /channels/:channel/threads": z.union([thread, forumPost]),
	"PATCH /channels/:channel": threadEdit,
	"POST /webhooks/:application/:token": interactionMessage,
	"PATCH /webhooks/:application/:token/messages/:message": messageEdit,
	"POST /interactions/:interaction/:token/callback": interactionAnswer,
	"PUT /applications/:application/commands": commandList(globalCommand),
	"POST /applications/:application/commands": globalCommand,
	"PATCH /applications/:application/commands/:command": commandEdit,
	"PUT /applications/:application/guilds/:guild/commands": commandList(guildCommand),
	"POST /applications/:application/guilds/:guild/commands": guildCommand,
	"PATCH /applications/:application/guilds/:guild/commands/:command": commandEdit,
	"POST /attachments/refresh-urls": z.strictObject({ attachment_urls: z.array(z.url()).min(1).max(50) }),
	"POST /users/@me/channels": z.strictObject({ recipient_id: snowflake }),
};

/**
 * @param route method and path, such as `POST /channels/175928847299117063/messages`; version and query may be there. An
 * answer to an HTTP interaction is checked as `POST /interactions/ID/TOKEN/callback`.
 * @param body undefined where a request has none
 * @param files names of the files uploaded with it, in their order; without them it isn't known which there are
 * @throws Error that says what Discord would refuse, a line each
 */
export function checkBody(route: string, body: unknown, files?: readonly string[]): void {
	const problems = bodyProblems(route, body, files);
	if (problems.length > 0) throw new Error(`Discord would refuse ${route}\n${problems.join("\n")}`);
}

/** The same as a list, empty for what Discord accepts. */
export function bodyProblems(route: string, body: unknown, files?: readonly string[]): string[] {
	if (body === undefined) return [];
	const schema = schemaOf(route);
	if (!schema) return ["no body is known for this route"];
	const parsed = schema.safeParse(body);
	const problems = parsed.success ? [] : issuesInWords(parsed.error.issues);
	return [...problems, ...uploadProblems(body, files)];
}

function schemaOf(route: string): z.ZodType | undefined {
	const [method = "", address = ""] = route.split(" ");
	const path = address
		.replace(/^https?:\/\/[^/]+/, "")
		.replace(/^\/api/, "")
		.replace(/^\/v\d+/, "")
		.replace(/\?.*$/, "");
	const found = Object.keys(routes).find((known) => {
		const [knownMethod, pattern = ""] = known.split(" ");
		return method === knownMethod && new RegExp(`^${pattern.replace(/:\w+/g, "[^/]+")}$`).test(path);
	});
	return found === undefined ? undefined : routes[found];
}

/** Of a union, what the member that came nearest says. */
function issuesInWords(issues: readonly z.core.$ZodIssue[], at: PropertyKey[] = []): string[] {
	return issues.flatMap((issue) => {
		const path = [...at, ...issue.path];
		if (issue.code === "invalid_union" && issue.errors.length > 0) {
			const nearest = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
			return issuesInWords(nearest, path);
		}
		return [`${path.map(String).join(".") || "body"}: ${issue.message}`];
	});
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
	return Math.max(0, ...issues.map(({ path }) => path.length));
}

/** Files and what points to them: `attachments[].id` to the upload, components to its name. */
function uploadProblems(body: unknown, files: readonly string[] | undefined): string[] {
	const message = messageIn(body);
	if (!message) return [];
	const listed = z.array(attachment).safeParse(message.attachments ?? []).data ?? [];
	const added = listed.filter(({ id }) => typeof id === "number");
	const names = [...listed.flatMap(({ filename }) => filename ?? []), ...(files ?? [])];
	// What an edit keeps may be named without its name.
	const keeps = listed.some(({ id, filename }) => typeof id === "string" && filename === undefined);
	const unknown = keeps ? [] : uploadsShown(message.components).filter((name) => !names.includes(name));
	const wrong = files
		? added.filter(
				({ id, filename }) =>
					files[Number(id)] === undefined || (filename !== undefined && files[Number(id)] !== filename),
			)
		: [];
	return [
		...unknown.map((name) => `components: the referenced attachment ${name} was not found`),
		...wrong.map(({ id }) => `attachments: ${id} is no file of this request`),
		...(files && files.length > 10 ? [`${files.length} files, at most 10 in a message`] : []),
	];
}

/** The message in a body: itself, an interaction's `data`, or a forum post's `message`. */
function messageIn(body: unknown): Record<string, unknown> | undefined {
	const object = z.record(z.string(), z.unknown());
	const given = object.safeParse(body).data;
	if (!given) return undefined;
	return object.safeParse(given.data).data ?? object.safeParse(given.message).data ?? given;
}
