/** What people wrote, as it may be written down and shown: cleaned where it comes in. */

/** Without what no Postgres holds: the character NUL, and halves of characters. */
export function storable(text: string): string {
	return text.replace(/[\0\p{Cs}]/gu, "");
}

/**
 * A name of a person or file on one line, with nothing invisible in it that would steer a terminal or turn what stands
 * behind it around.
 * @param most characters; what is beyond is cut off
 * @returns empty if nothing can be seen in it
 */
export function plainName(name: string, most: number): string {
	const visible = name.normalize("NFC").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "");
	return [...visible.trim()].slice(0, most).join("").trim();
}
