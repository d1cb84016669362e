/** What Discord says, as the store takes it: Postgres refuses some characters, and a whole event for one of them. */
import { storable } from "../plain-text.ts";

/** @param value plain data: its texts, and the names of its fields, lose what can't be stored */
export function storableIn<T>(value: T): T {
	// Of the same shape: only texts are other ones.
	return clean(value) as T;
}

function clean(value: unknown): unknown {
	if (typeof value === "string") return storable(value);
	if (Array.isArray(value)) return value.map(clean);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, part]) => [storable(name), clean(part)]));
}
