/** What the page's address says: `#channel`, or `#channel/message` for a link to a message. */

export function addressOf(channel: string, message?: string): string {
	return `#${encodeURIComponent(channel)}${message === undefined ? "" : `/${encodeURIComponent(message)}`}`;
}

/** @param hash with its `#`; a name that can't be read is that of no channel */
export function readAddress(hash: string): { channel: string; message?: string } {
	const [channel = "", message] = hash.slice(1).split("/").map(decoded);
	return { channel, ...(message && { message }) };
}

function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return "";
	}
}
