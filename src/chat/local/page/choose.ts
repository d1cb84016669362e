/** Sends what was pressed or picked in an answer; if more has to be known first, it is asked in a dialog. */
import type { WireChoice } from "../wire.ts";
import { api, wordsOf } from "./api.ts";
import { dialog, showToast } from "./state.ts";

/** @param values the picked options' ids */
export async function choose(message: string, control: string, values: string[] = []): Promise<void> {
	try {
		await sendChoice(message, { control, values, fields: {} });
	} catch (error) {
		showToast(wordsOf(error));
	}
}

/** @throws RequestError */
export async function sendChoice(message: string, choice: WireChoice): Promise<void> {
	const form = (await api.choose(message, choice))?.form;
	if (form) dialog.value = { kind: "form", form, message, choice };
}
