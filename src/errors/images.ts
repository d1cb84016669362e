/** Images that can't be read or fetched. */
import { count, UserError } from "./user-error.ts";

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
	tooManyFrames: (max: number) =>
		new UserError(
			"image.too-many-frames",
			`The animation has too many frames: at most ${count(max)} are read.`,
			"Post a shorter copy, or a still of it.",
		),
	deadly: () =>
		new UserError(
			"image.deadly",
			"Reading this image stopped the program twice, so I leave it alone.",
			"Post it again, saved anew in an image program.",
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
