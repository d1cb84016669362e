/** Bodies as they travel: JSON, or multipart with `payload_json` and `files[n]`. */
import { bodyProblems } from "./check-body.ts";
import type { Upload } from "./records.ts";
import { refusals } from "./refusals.ts";

export interface ParsedBody {
	/** Undefined where there is none. */
	json: unknown;
	/** By the n of `files[n]`, which a body's `attachments` name by `id`. */
	files: Map<string, Upload>;
}

/** @throws Refusal 50109 if it isn't what it says it is */
export async function parseBody(bytes: Uint8Array, type: string | undefined): Promise<ParsedBody> {
	if (bytes.length === 0) return { json: undefined, files: new Map() };
	if (type?.startsWith("multipart/form-data")) return await parseMultipart(bytes, type);
	return { json: parseJson(new TextDecoder().decode(bytes)), files: new Map() };
}

async function parseMultipart(bytes: Uint8Array, type: string): Promise<ParsedBody> {
	const form = await new Response(Uint8Array.from(bytes), { headers: { "content-type": type } }).formData();
	const files = new Map<string, Upload>();
	let json: unknown = {};
	for (const [name, value] of form) {
		const number = /^files\[(\d+)\]$/.exec(name)?.[1];
		if (name === "payload_json") json = parseJson(typeof value === "string" ? value : await value.text());
		else if (number === undefined || typeof value === "string") {
			throw refusals.invalidForm(name, "Only payload_json and files[n] are read");
		} else {
			const content = new Uint8Array(await value.arrayBuffer());
			files.set(number, { name: value.name, bytes: content, type: value.type });
		}
	}
	return { json, files };
}

/**
 * @param route method and path
 * @throws Refusal 50035 if Discord's types and limits don't allow it there
 */
export function refuseMalformed(route: string, { json, files }: ParsedBody): void {
	const names = [...files].sort(([a], [b]) => Number(a) - Number(b)).map(([, { name }]) => name);
	const problems = bodyProblems(route, json, names);
	if (problems.length > 0) throw refusals.invalidForm("body", problems.join("; "));
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw refusals.invalidForm("_", "The request body contains invalid JSON.");
	}
}
