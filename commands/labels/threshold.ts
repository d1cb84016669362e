/** `/labels threshold 60 %`: how probable a label has to be to count as right. */
import { z } from "zod";
import { labelSetErrors } from "../../src/errors.ts";
import { defineCommand } from "../command.ts";
import { changeLabels } from "./change-labels.ts";

const LEAST = 0.05;
const MOST = 0.99;

export const labelsThreshold = defineCommand({
	name: "labels threshold",
	description: "Set how probable a label has to be to count as right",
	options: z.object({ probability: z.string().describe("From 5 % to 99 %, such as 60 % or 0.6") }),
	typed: "probability",
	examples: ["/labels threshold 60 %", "/labels threshold 0.6"],
	who: "moderators",
	firstAnswer: "deferred-ephemeral",
	complete: { probability: async () => ["30 %", "40 %", "50 %", "60 %", "70 %", "80 %", "90 %"] },
	async run({ probability }, event, services) {
		const threshold = readThreshold(probability);
		return changeLabels(event, services, (now) => ({ ...now, threshold }));
	},
});

/** `0.6`, `0,6`, `.6`, `60 %` and `60` are the same. */
function readThreshold(text: string): number {
	const [, digits = "", percentSign] = /^(\d*[.,]?\d+)\s*(%?)$/.exec(text.trim()) ?? [];
	const number = Number(digits.replace(",", "."));
	const threshold = percentSign || number > 1 ? number / 100 : number;
	if (digits === "" || threshold < LEAST || threshold > MOST) throw labelSetErrors.badThreshold(text);
	return threshold;
}
