/** Reads the lexicon and the pool of negative words from models/lexicon. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type { LexiconData } from "../classify/lexicon.ts";
import { type NegativeWord, parseNegatives } from "../classify/negatives.ts";
import { UserError } from "../errors.ts";

/**
 * @param modelsDir the folder that holds `lexicon/`
 * @throws UserError `lexicon.unreadable`
 */
export async function readLexicon(modelsDir: string): Promise<LexiconData> {
	try {
		const bytes = await readFile(join(modelsDir, "lexicon", "lexicon.json.gz"));
		const data: LexiconData = JSON.parse((await promisify(gunzip)(bytes)).toString("utf8"));
		if (!data.senses || !data.hypernyms || !data.exceptions)
			throw new Error("senses, hypernyms or exceptions are missing");
		return data;
	} catch (cause) {
		throw unreadable("lexicon.json.gz", cause);
	}
}

/**
 * @throws UserError `lexicon.unreadable`
 */
export async function readNegativeWords(modelsDir: string): Promise<NegativeWord[]> {
	try {
		return parseNegatives(await readFile(join(modelsDir, "lexicon", "negatives.tsv"), "utf8"));
	} catch (cause) {
		throw unreadable("negatives.tsv", cause);
	}
}

/** Names a pool: its words and the templates they were filled into. */
export function poolHash(words: readonly NegativeWord[], templates: readonly string[]): string {
	const content = { words: words.map(({ word }) => word), templates };
	return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

function unreadable(file: string, cause: unknown): UserError {
	return new UserError("lexicon.unreadable", `models/lexicon/${file} can't be read.`, "Install Tagalong again.", {
		cause,
	});
}
