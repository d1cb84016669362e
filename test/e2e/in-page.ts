/** Functions that run inside the page: each is sent there by itself, so none uses anything outside it. */

/** A file on its way into the page. */
interface Given {
	name: string;
	mimeType: string;
	base64: string;
}

/** Lets files fall on an element, or pastes them into it. */
export function give(element: Element, { way, files }: { way: "drop" | "paste"; files: Given[] }): void {
	const carried = new DataTransfer();
	for (const { name, mimeType, base64 } of files) {
		const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
		carried.items.add(new File([bytes], name, { type: mimeType }));
	}
	const how = { bubbles: true, cancelable: true };
	if (way === "paste") element.dispatchEvent(new ClipboardEvent("paste", { ...how, clipboardData: carried }));
	else
		for (const step of ["dragenter", "dragover", "drop"])
			element.dispatchEvent(new DragEvent(step, { ...how, dataTransfer: carried }));
}

export function backgroundOf(element: Element): string {
	return getComputedStyle(element).backgroundColor;
}

/** Whether a picture is there to be seen. */
export function isShown(image: Element): boolean {
	return image instanceof HTMLImageElement && image.naturalWidth > 0;
}

/** @returns what reaches beyond the right edge of the screen, other than inside something that scrolls or is cut */
export function widerThanScreen(): string[] {
	const isCut = (element: Element) => {
		for (let at = element.parentElement; at && at !== document.body; at = at.parentElement)
			if (getComputedStyle(at).overflowX !== "visible" && at.getBoundingClientRect().right <= innerWidth) return true;
		return false;
	};
	const wide = [...document.querySelectorAll("body *")].filter(
		(element) => element.getBoundingClientRect().right > innerWidth + 1 && !isCut(element),
	);
	return wide.map((element) => `${element.tagName} ${element.className}`);
}

/**
 * How well the first element of each selector can be read: WCAG 2.2's contrast of its text with what lies behind it.
 * https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */
export function contrasts(selectors: string[]): [string, number][] {
	const context = document.createElement("canvas").getContext("2d");
	if (!context) throw new Error("no canvas");
	/** Paints colours on each other, lowest first. @returns the relative luminance of what is seen */
	const luminance = (colours: string[]) => {
		for (const colour of colours) {
			context.fillStyle = colour;
			context.fillRect(0, 0, 1, 1);
		}
		const [red = 0, green = 0, blue = 0] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
			const share = value / 255;
			return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
		});
		return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
	};
	return selectors.map((selector): [string, number] => {
		const element = document.querySelector(selector);
		if (!element) throw new Error(`nothing fits ${selector}`);
		const behind: string[] = [];
		for (let at: Element | null = element; at; at = at.parentElement)
			behind.unshift(getComputedStyle(at).backgroundColor);
		const back = luminance(["white", ...behind]);
		const front = luminance(["white", ...behind, getComputedStyle(element).color]);
		return [selector, (Math.max(front, back) + 0.05) / (Math.min(front, back) + 0.05)];
	});
}
