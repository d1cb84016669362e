/** Calls that go wrong as a test wants them to. */

/**
 * `500`, `never` (no answer) and `cut` (the connection breaks), each before or after the call did what it asks for;
 * and refusals by a rate limit that says, or doesn't, when to come back.
 */
export type Fault =
	| "500 before"
	| "500 after"
	| "never before"
	| "never after"
	| "cut before"
	| "cut after"
	| "429"
	| "429 without retry-after";

/** `POST /channels/:channel/messages`, where `:word` is anything but a slash; or what method and path must match. */
export type CallPattern = string | RegExp;

export class Faults {
	readonly #waiting: { pattern: CallPattern; fault: Fault; times: number }[] = [];
	/** Calls that went wrong so far. */
	made = 0;

	/** The next calls of a kind go wrong. */
	add(pattern: CallPattern, fault: Fault, times = 1): void {
		this.#waiting.push({ pattern, fault, times });
	}

	/** What happens to this call. */
	take(call: string): Fault | undefined {
		const found = this.#waiting.find(({ pattern, times }) => times > 0 && matches(pattern, call));
		if (!found) return undefined;
		found.times--;
		this.made++;
		return found.fault;
	}

	clear(): void {
		this.#waiting.length = 0;
	}
}

/** @param call as `METHOD /path` */
export function matches(pattern: CallPattern, call: string): boolean {
	if (typeof pattern !== "string") return pattern.test(call);
	const escaped = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll(/:\w+/g, "[^/]+");
	return new RegExp(`^${escaped}$`).test(call);
}
