/**
 * The errors a person sees, all made here: an identifier for tests and logs, what is wrong, and what to do next.
 * Everything else that is thrown is a fault of ours and is shown as "something went wrong".
 */

/** An error whose words are meant for the person who caused it. Never retried: trying again gives the same answer. */
export class UserError extends Error {
	override readonly name = "UserError";
	/** Stable identifier, e.g. `image.unreadable`. */
	readonly code: string;
	/** What to do next: one sentence. */
	readonly hint: string;

	constructor(code: string, message: string, hint = "", options?: ErrorOptions) {
		super(message, options);
		this.code = code;
		this.hint = hint;
	}

	/** Message and hint as one line, for a terminal or a chat reply. */
	get sentence(): string {
		return this.hint ? `${this.message} ${this.hint}` : this.message;
	}
}

/** The beginning of a long text, never with half a character at its end. */
function beginning(text: string, length = 40): string {
	return [...text.slice(0, 2 * length)].slice(0, length).join("");
}

/** Label texts that can't be read (design section 6). `rule` names the rule, `label` the offending label if there is one. */
export const labelErrors = {
	none: () => new UserError("labels.none", "No labels were given.", "Name at least one, for example: cat, dog, bear."),
	tooMany: (count: number, max: number) =>
		new UserError(
			"labels.too-many",
			`${count} labels were given; at most ${max} can be compared at once.`,
			"Shorten the list.",
		),
	tooLong: (label: string, length: number, max: number) =>
		new UserError(
			"labels.too-long",
			`The label “${beginning(label)}…” has ${length} characters; a label has at most ${max}.`,
			"Shorten it.",
		),
	unclosedQuote: (rest: string) =>
		new UserError(
			"labels.unclosed-quote",
			`A quotation mark is never closed: ${beginning(rest)}`,
			'Close it, as in: "polar bear" cat.',
		),
};

/** What can go wrong in the embedded chat. */
export const localChatErrors = {
	channelName: () =>
		new UserError(
			"local.channel-name",
			"A channel's name has 1 to 40 letters, digits, hyphens or underscores.",
			"For example: wildlife.",
		),
	channelTaken: (name: string) =>
		new UserError("local.channel-taken", `There is already a channel #${name}.`, "Pick another name."),
	channelGone: () => new UserError("local.channel-gone", "That channel doesn't exist.", "Reload the page."),
	messageGone: () => new UserError("local.message-gone", "That message was deleted."),
	notYours: () => new UserError("local.not-yours", "Only its author or a moderator can delete a message."),
	empty: () => new UserError("local.empty", "There is nothing to post.", "Write something or add a photo."),
	tooLong: (max: number) =>
		new UserError("local.too-long", `A message has at most ${max.toLocaleString("en")} characters.`, "Shorten it."),
	tooManyFiles: (max: number) =>
		new UserError("local.too-many-files", `A message has at most ${max} files.`, "Send the rest in another message."),
	fileTooLarge: (name: string, megabytes: number) =>
		new UserError(
			"local.file-too-large",
			`“${name.slice(0, 80)}” is larger than ${megabytes} MB.`,
			"Post a smaller version of it.",
		),
	uploadTooLarge: (megabytes: number) =>
		new UserError(
			"local.upload-too-large",
			`The files of a message have at most ${megabytes} MB together.`,
			"Send fewer.",
		),
	fileGone: (name: string) =>
		new UserError("image.gone", `“${name.slice(0, 80)}” is no longer here.`, "Post it again."),
	malformed: () => new UserError("local.malformed", "The chat server couldn't read that request.", "Reload the page."),
	notAccepted: (cause: unknown) =>
		new UserError("local.not-accepted", "The message couldn't be saved.", "Try again in a moment.", { cause }),
	wrongHost: (host: string) =>
		new UserError(
			"local.wrong-host",
			`This chat doesn't answer to “${host.slice(0, 80)}”.`,
			"Open it by the address printed at start, or set HOST.",
		),
	wrongOrigin: () =>
		new UserError(
			"local.wrong-origin",
			"Another site sent this request, so it was refused.",
			"Use the chat's own page.",
		),
};

/** A model's files on this machine, and pulling them. Sizes come formatted, folders as paths. */
export const modelErrors = {
	notPulled: (name: string, size: string) =>
		new UserError(
			"model.not-pulled",
			`The model ${name} isn't here yet.`,
			`Run \`tagalong models pull ${name}\` (${size}).`,
		),
	fileMissing: (name: string, path: string) =>
		new UserError(
			"model.file-missing",
			`The model ${name} ships with Tagalong, but ${path} is missing.`,
			restore(name, true),
		),
	otherSize: (name: string, path: string, expected: number, actual: number, shipped: boolean) =>
		new UserError(
			"model.damaged",
			`A file of the model ${name} is damaged: ${path} has ${count(actual)} bytes instead of ${count(expected)}.`,
			restore(name, shipped),
		),
	badCalibration: (path: string, cause: unknown) =>
		new UserError(
			"model.calibration",
			`The calibration ${path} can't be read.`,
			"Run `tagalong calibrate` again, or delete the file.",
			{ cause },
		),
	/** @param paths what is wrong or missing; @param name of a model among them, `shipped` or pulled */
	damaged: (paths: string[], name: string, shipped: boolean) =>
		new UserError("model.damaged", `Wrong or missing: ${paths.join(", ")}.`, restore(name, shipped)),
};

const count = (value: number) => value.toLocaleString("en");
const restore = (name: string, shipped: boolean) =>
	shipped
		? "Restore it from the repository, or install Tagalong again."
		: `Run \`tagalong models pull ${name}\`: it replaces what is wrong.`;

/** What can go wrong while a model is pulled from a hub. */
export const pullErrors = {
	licence: (name: string, licence: string, page: string) =>
		new UserError(
			"pull.licence",
			`The model ${name} is under the licence ${licence}, which restricts its use.`,
			`Read it on ${page}, then run \`tagalong models pull ${name} --accept-licence\`.`,
		),
	offline: (name: string) =>
		new UserError(
			"pull.offline",
			`The model ${name} can't be pulled: HF_HUB_OFFLINE is set.`,
			"Unset it, or copy the files from a machine that has them.",
		),
	endpoint: (value: string) =>
		new UserError(
			"pull.endpoint",
			`HF_ENDPOINT is not an http or https address (it is “${value}”).`,
			"Correct it or unset it.",
		),
	gated: (repository: string, page: string, status: number, withToken: boolean) =>
		new UserError(
			"pull.gated",
			`The hub refuses ${repository} (${status}): it is gated or private${withToken ? ", and HF_TOKEN doesn't open it" : ""}.`,
			`Accept its terms on ${page}, then set HF_TOKEN to a token of that account.`,
		),
	notFound: (repository: string, revision: string, path: string, host: string, status: number) =>
		new UserError(
			"pull.not-found",
			`${host} has no ${path} in ${repository} at revision ${revision.slice(0, 12)} (${status}).`,
			"If HF_ENDPOINT names a mirror, check that it has this repository; otherwise update Tagalong.",
		),
	refused: (file: string, host: string, status: number) =>
		new UserError("pull.refused", `${host} refuses ${file} (${status}).`, "Try again later, or through HF_ENDPOINT."),
	brokeOff: (name: string, file: string, done: string, why: string) =>
		new UserError(
			"pull.broke-off",
			`The download of ${file} broke off after ${done}: ${why}.`,
			`Run \`tagalong models pull ${name}\` again: it goes on where it stopped.`,
		),
	wrongHash: (file: string, expected: string, actual: string) =>
		new UserError(
			"pull.wrong-hash",
			`${file} is not the file that the manifest pins: sha256 ${actual} instead of ${expected}.`,
			"Nothing was kept. Pull again; if it stays so, the file on the hub or mirror has changed.",
		),
	wrongSize: (file: string, expected: number, actual: number) =>
		new UserError(
			"pull.wrong-size",
			`${file} is not the file that the manifest pins: ${count(actual)} bytes instead of ${count(expected)}.`,
			"Nothing was kept. Pull again; if it stays so, the file on the hub or mirror has changed.",
		),
	diskFull: (folder: string, needed: string, free: string) =>
		new UserError(
			"pull.disk-full",
			`The disk is too full: ${needed} are needed in ${folder}, and ${free} are free.`,
			"Make room, or set TAGALONG_DATA_DIR to a folder on another disk, and pull again.",
		),
	cannotWrite: (folder: string, why: string) =>
		new UserError(
			"pull.cannot-write",
			`Nothing can be written in ${folder} (${why}).`,
			"Correct its permissions, or set TAGALONG_DATA_DIR to another folder.",
		),
};

/** Prompt templates that can't be used. */
export const promptErrors = {
	noPlaceholder: (template: string) =>
		new UserError(
			"templates.no-placeholder",
			`The template “${beginning(template)}” has no {} for the label.`,
			'Write it like "a photo of a {}."',
		),
	templateTooLong: (template: string, max: number) =>
		new UserError(
			"templates.too-long",
			`The template “${beginning(template)}…” has ${template.length} characters; at most ${max} are allowed.`,
			"Shorten it.",
		),
	tooManyTemplates: (count: number, max: number) =>
		new UserError(
			"templates.too-many",
			`${count} templates were given; at most ${max} can be averaged.`,
			"Name fewer.",
		),
};

/** Commands as people type or pick them. */
export const commandErrors = {
	unknown: (name: string, nearest: string | undefined) =>
		new UserError(
			"command.unknown",
			`There is no command /${name.slice(0, 40)}.`,
			nearest ? `Did you mean /${nearest}?` : "/help lists the commands.",
		),
	takesNothing: (name: string, rest: string) =>
		new UserError(
			"command.takes-nothing",
			`/${name} takes no text: “${rest.slice(0, 40)}”.`,
			`/help ${name} explains it.`,
		),
	missing: (name: string, option: string, example: string) =>
		new UserError("command.missing-option", `/${name} needs ${option}.`, `For example: ${example}`),
	badOption: (name: string, option: string, why: string) =>
		new UserError("command.bad-option", `/${name} can't use ${option}: ${why}.`, `/help ${name} explains it.`),
	moderatorsOnly: (name: string) =>
		new UserError("command.moderators-only", `/${name} is for moderators of this channel.`, "Ask one of them."),
	noImage: () =>
		new UserError(
			"command.no-image",
			"There is no image to look at here.",
			"Attach one to the command, use it in the thread of an image, or post one first.",
		),
};

/** Files that can't be read as images (what they are, how large, how broken). */
export const imageErrors = {
	empty: () => new UserError("image.empty", "The file is empty (0 bytes).", "Post it again."),
	notReadable: (found: string, hint: string) =>
		new UserError("image.format", `This is ${found}, which can't be read here.`, hint),
	damaged: (format: string, cause?: unknown) =>
		new UserError(
			"image.damaged",
			`This ${format} image is cut short or damaged.`,
			"Post it again, or save it anew in an image program first.",
			{ cause },
		),
	tooLarge: (maxBytes: number) =>
		new UserError(
			"image.too-large",
			`The file is too large: at most ${maxBytes < 2 ** 20 ? `${count(maxBytes)} bytes` : `${count(maxBytes / 2 ** 20)} MB`} are read.`,
			"Post a smaller copy.",
		),
	tooManyPixels: (width: number, height: number, max: number) =>
		new UserError(
			"image.too-many-pixels",
			`The image has ${count(width)} × ${count(height)} pixels: at most ${count(max / 1e6)} megapixels are read.`,
			"Post a smaller copy.",
		),
	slowToDecode: (format: string) =>
		new UserError("image.slow", `Decoding this ${format} image took too long.`, "Post a smaller or simpler copy."),
};

/** Addresses that no image can be fetched from. Only the host is named: paths and queries may carry secrets. */
export const fetchErrors = {
	badAddress: () =>
		new UserError("fetch.bad-address", "This is not a web address.", "Give one that starts with https://."),
	notHttps: (host: string) =>
		new UserError(
			"fetch.not-https",
			`The link leads to ${host} without https, and images are fetched by https only.`,
			"Give an address that starts with https://, or post the image itself.",
		),
	privateAddress: (host: string) =>
		new UserError(
			"fetch.private-address",
			`The link leads to ${host}, which is not on the public internet, so nothing is fetched from there.`,
			"Post the image itself; whoever runs the bot can allow the address in TAGALONG_TRUSTED_IMAGE_ORIGINS.",
		),
	unknownHost: (host: string) =>
		new UserError("fetch.unknown-host", `There is no host named ${host}.`, "Check the link."),
	unreachable: (host: string, cause: unknown) =>
		new UserError("fetch.unreachable", `${host} can't be reached.`, "Try again later, or post the image itself.", {
			cause,
		}),
	status: (host: string, status: number) => {
		if (status === 404 || status === 410)
			return new UserError("fetch.not-found", `${host} has nothing at this address (${status}).`, "Check the link.");
		if (status === 401 || status === 403)
			return new UserError(
				"fetch.forbidden",
				`${host} keeps this image to itself (${status}).`,
				"Post the image itself.",
			);
		return new UserError(
			"fetch.status",
			`${host} answered with an error (${status}).`,
			"Try again later, or post the image itself.",
		);
	},
	tooManyRedirects: (max: number) =>
		new UserError(
			"fetch.too-many-redirects",
			`The link was passed on more than ${max} times.`,
			"Copy the address of the image itself.",
		),
	slow: (host: string, seconds: number) =>
		new UserError(
			"fetch.slow",
			`${host} took longer than ${seconds} seconds to send the image.`,
			"Try again later, or post the image itself.",
		),
};

/** Data folders that can't be used. They stop the start. */
export const storeErrors = {
	locked: (folder: string, pid: number) =>
		new UserError(
			"store.locked",
			`The data folder ${folder} is in use by process ${pid}.`,
			"Stop that process first, or set TAGALONG_DATA_DIR to another folder.",
		),
	unwritable: (folder: string, cause: unknown) =>
		new UserError(
			"store.unwritable",
			`The data folder ${folder} can't be written to (${cause instanceof Error ? cause.message : cause}).`,
			"See that it is a folder of yours on a disk with room, or set TAGALONG_DATA_DIR to another.",
			{ cause },
		),
	newer: (folder: string) =>
		new UserError(
			"store.newer",
			`The store in ${folder} was written by a newer version of Tagalong.`,
			"Update Tagalong, or set TAGALONG_DATA_DIR to another folder.",
		),
	damaged: (folder: string, cause?: unknown) =>
		new UserError(
			"store.damaged",
			`The store in ${folder} can't be opened: it is damaged, or of another version of the database.`,
			"Put a backup in its place, or move the folder away to start with an empty store.",
			{ cause },
		),
};

/** The HTTP server's start. */
export const serverErrors = {
	portTaken: (port: number) =>
		new UserError(
			"server.port-taken",
			`Port ${port} is in use by another program.`,
			"Stop it, or set PORT to another.",
		),
	cannotListen: (host: string, port: number, cause: Error) =>
		new UserError(
			"server.cannot-listen",
			`The server can't listen on ${host}:${port}: ${cause.message}.`,
			"Set HOST and PORT to an address of this machine.",
			{ cause },
		),
};

/** Folders and files that the offline tools (`eval`, `calibrate`, the study) are given. */
export const studyErrors = {
	folder: (path: string, cause: unknown) =>
		new UserError("study.folder", `The folder ${path} can't be listed.`, "Check the path.", { cause }),
	noLabels: (path: string) =>
		new UserError(
			"study.no-labels",
			`The folder ${path} holds no folders.`,
			"Put the images of each label into a folder of its name: FOLDER/cat/, FOLDER/dog/.",
		),
	noImages: (path: string) =>
		new UserError("study.no-images", `The folders in ${path} hold no readable images.`, "Check the path."),
	labelSets: (path: string, why: string, cause?: unknown) =>
		new UserError(
			"study.label-sets",
			`The label sets in ${path} can't be used: ${why}.`,
			'Write them like {"pets": {"cat": ["tabby", "lynx"], "dog": ["collie"]}}: sets, labels, folders.',
			{ cause },
		),
	oneSided: () =>
		new UserError(
			"study.one-sided",
			"Half of these folders has no image that a label fits, or none that no label fits.",
			"Calibration needs both: add folders, or name other labels.",
		),
};
