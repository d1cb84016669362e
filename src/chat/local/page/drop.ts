/** Files dropped anywhere on the page go to the composer they were dropped at: a thread's, or the channel's. */

import { addFiles, draftOf } from "./drafts.ts";
import { focusComposer } from "./focus.ts";
import { current, dialog, dragging, lightbox, openThread } from "./state.ts";

/** @returns a function that stops it */
export function listenForDrops(): () => void {
	const stop = new AbortController();
	const { signal } = stop;
	const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;

	addEventListener(
		"dragover",
		(event) => {
			if (!carriesFiles(event)) return;
			event.preventDefault();
			dragging.value = dialog.value === undefined && lightbox.value === undefined;
		},
		{ signal },
	);
	addEventListener(
		"dragleave",
		(event) => {
			// Left for no other element: the files left the window.
			if (event.relatedTarget === null) dragging.value = false;
		},
		{ signal },
	);
	addEventListener(
		"drop",
		(event) => {
			if (!carriesFiles(event)) return;
			event.preventDefault();
			if (dragging.value) take(event);
			dragging.value = false;
		},
		{ signal },
	);
	return () => stop.abort();
}

function take(event: DragEvent): void {
	const at = event.target instanceof Element ? event.target.closest("[data-thread]") : null;
	const isThread = at !== null && at.getAttribute("data-thread") === openThread.value;
	addFiles(draftOf(current.value, isThread ? openThread.value : undefined), event.dataTransfer?.files ?? []);
	if (!isThread) focusComposer();
}
