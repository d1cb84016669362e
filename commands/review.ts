/** `/review`: the images that teach most, one at a time. */
import { z } from "zod";
import { nextReview } from "../src/handle/review.ts";
import { defineCommand } from "./command.ts";

export const review = defineCommand({
	name: "review",
	description: "Show the images that teach me most, one at a time, for you to label",
	options: z.object({}),
	examples: ["/review"],
	who: "everyone",
	firstAnswer: "deferred-ephemeral",
	run: (_options, event, services) => nextReview(event, 0, services),
});
