/** Ways to move the focus about: into the channel's composer from elsewhere on the page, or to its messages. */
import { draftOf } from "./drafts.ts";
import { current } from "./state.ts";

export const COMPOSER_ID = "composer";
export const FILE_INPUT_ID = "composer-files";
export const MESSAGES_ID = "messages";

/** Where a message stands on the page. */
export const articleId = (message: string) => `message-${message}`;

export function choosePhotos(): void {
	document.getElementById(FILE_INPUT_ID)?.click();
}

/** Puts a text into the channel's composer, ready to be sent or changed. */
export function startWith(text: string): void {
	draftOf(current.value, undefined).text.value = text;
	focusComposer();
}

/** Where the focus goes when what had it is gone; the composer would open a phone's keyboard. */
export function focusMessages(): void {
	document.getElementById(MESSAGES_ID)?.focus({ preventScroll: true });
}

export function focusComposer(): void {
	document.getElementById(COMPOSER_ID)?.focus();
}
