/** The small picture that the chat page shows of an image. */
import { UserError } from "../../errors.ts";
import { decoding, openImage } from "../../images/decode.ts";
import { PREVIEW_SIZE } from "./wire.ts";

export interface Preview {
	/** WebP of at most 512 px a side. */
	preview: Uint8Array;
	/** The image's own size, upright. */
	width: number;
	height: number;
}

/** Undefined if the bytes can't be read as an image: the page then shows the file's name, and the bot says what is wrong. */
export async function makePreview(bytes: Uint8Array): Promise<Preview | undefined> {
	try {
		const image = await openImage(bytes);
		const resized = image.frame(0).resize(PREVIEW_SIZE, PREVIEW_SIZE, { fit: "inside", withoutEnlargement: true });
		const preview = await decoding(image, resized.webp({ quality: 80 }).toBuffer());
		return { preview, width: image.width, height: image.height };
	} catch (error) {
		if (error instanceof UserError) return undefined;
		throw error;
	}
}
