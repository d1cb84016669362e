/** Models: their files here, and pulling them. */
import { count, UserError } from "./user-error.ts";

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
