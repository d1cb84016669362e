/** `/similar`: images like the one that is meant. */
import { z } from "zod";
import type { RichText } from "../src/chat/view.ts";
import { meantImages } from "../src/handle/meant-images.ts";
import { defineCommand } from "./command.ts";
import { foundView, search, searchOptions } from "./found-images.ts";

/**
 * Cosines below this are no likeness. With the starter, 3 of 4 pairs of pictures of different things (CIFAR-10) lie
 * below .41, and unrelated photos near 0; the median of two pictures of the same thing is .45.
 */
const LIKE = 0.4;

export const similar = defineCommand({
	name: "similar",
	description: "Find images like this one",
	options: z.object(searchOptions),
	examples: ["/similar", "/similar top:10", "/similar in:everywhere"],
	who: "everyone",
	firstAnswer: "deferred-ephemeral",
	async run(options, event, services) {
		const [meant, ...others] = await meantImages(event, services);
		// meantImages gives at least one or throws.
		if (!meant) return { blocks: [] };
		const found = await search(await meant.embed(), options, event, services, meant.image);
		const said: RichText = [
			"Like ",
			{ strong: meant.image.attachment.name },
			others.length > 0 ? `, the first of the ${others.length + 1} images.` : ".",
		];
		return foundView(found, said, (found[0]?.similarity ?? 1) < LIKE, options, event, services);
	},
});
