/** How many frames an animated WebP has, without reading its header: that takes the square of the time. */

const ANMF = Buffer.from("ANMF");

/**
 * At least as many as there are: each frame is a chunk that begins with these letters, wherever it lies, and letters in the
 * pixels of one count too, which is a chance of one in 4 billion a byte.
 * @see https://developers.google.com/speed/webp/docs/riff_container#animation
 */
export function countWebpFrames(bytes: Uint8Array): number {
	const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let frames = 0;
	for (let at = file.indexOf(ANMF); at >= 0; at = file.indexOf(ANMF, at + ANMF.length)) frames++;
	return frames;
}
