/** Pictures and files that go with a message: read, named so that components can point to them, and few and small enough. */
import type { Block } from "../view.ts";
import { shorten } from "./cut.ts";
import { limits } from "./limits.ts";

export interface Upload {
	kind: "upload";
	/** Unlike every other name in its message; letters, digits, `.`, `_` and `-` only. */
	name: string;
	bytes: Uint8Array;
	type: string;
	/** What a picture shows, for those who can't see it; a file without it is offered to download. */
	alt?: string;
}

type Carrier = Extract<Block, { kind: "picture" | "file" }>;
/** A view whose bytes have been read; what can't be sent has become words. */
export type ReadBlock =
	| Exclude<Block, Carrier | { kind: "details" }>
	| { kind: "details"; summary: string; blocks: ReadBlock[] }
	| Upload;

/** Reads a view's files one after the other, each no further than `maxBytes`. */
export async function readUploads(blocks: readonly Block[], maxBytes: number): Promise<ReadBlock[]> {
	const names = new Set<string>();

	async function read(block: Block): Promise<ReadBlock> {
		if (block.kind === "details") return { ...block, blocks: await all(block.blocks) };
		if (block.kind !== "picture" && block.kind !== "file") return block;
		if (names.size === limits.files) {
			return missing(block, ` is left out: a message holds ${limits.files} files. Ask for it alone.`);
		}
		const bytes = block.kind === "picture" ? block.png : await collected(block.content, maxBytes);
		if (bytes === undefined || bytes.byteLength > maxBytes) {
			const size = `${Math.floor((maxBytes / 1024 / 1024) * 10) / 10} MB`;
			return missing(block, ` is larger than ${size}, the most that I can post here. Ask for less of it at once.`);
		}
		const name = freeName(block.name, names);
		names.add(name);
		const { kind } = block;
		return kind === "picture"
			? { kind: "upload", name, bytes, type: "image/png", alt: block.alt || block.name }
			: { kind: "upload", name, bytes, type: block.type };
	}

	async function all(several: readonly Block[]): Promise<ReadBlock[]> {
		const done: ReadBlock[] = [];
		for (const block of several) done.push(await read(block));
		return done;
	}

	return await all(blocks);
}

function missing({ name }: Carrier, why: string): ReadBlock {
	return { kind: "error", text: [{ strong: shorten(name, 100) }, why] };
}

/** Undefined, and no longer read, once there is more than `maxBytes`. */
async function collected(content: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array | undefined> {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of content) {
		size += chunk.byteLength;
		if (size > maxBytes) return undefined;
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

/** Discord renames what has other characters, and then no component finds it. */
function freeName(wanted: string, taken: ReadonlySet<string>): string {
	const clean = wanted
		.normalize("NFKD")
		.replace(/[^\w.-]+/g, "_")
		.replace(/^[._-]+/, "");
	const [, stem = "", ending = ""] = /^(.*?)(\.\w{1,10})?$/.exec(clean) ?? [];
	const base = stem.slice(0, 80) || "file";
	let name = base + ending;
	for (let number = 2; taken.has(name); number++) name = `${base}-${number}${ending}`;
	return name;
}
