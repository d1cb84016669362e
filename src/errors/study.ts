/** What the offline tools are given and can't use. */
import { UserError } from "./user-error.ts";

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
