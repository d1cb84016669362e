/** Reads the lexicon and the pool of negative words from models/lexicon. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { z } from "zod";
import { UserError } from "../errors.ts";

const lists = z.record(z.string(), z.array(z.string()));
const lexiconSchema = z.object({ senses: lists, hypernyms: lists, exceptions: lists });

/** WordNet's nouns: senses of a lemma, synsets above a synset, singulars of irregular plurals. */
export type LexiconData = z.infer<typeof lexiconSchema>;

/** One negative word: its lemma and the synset it stands for. */
export interface NegativeWord {
	lemma: string;
	synset: string;
}

/**
 * @param modelsDir the folder that holds `lexicon/`
 * @throws UserError `lexicon.unreadable`
 */
export async function readLexicon(modelsDir: string): Promise<LexiconData> {
	try {
		const bytes = await readFile(join(modelsDir, "lexicon", "lexicon.json.gz"));
		return lexiconSchema.parse(JSON.parse((await promisify(gunzip)(bytes)).toString("utf8")));
	} catch (cause) {
		throw unreadable("lexicon.json.gz", cause);
	}
}

/**
 * @throws UserError `lexicon.unreadable`
 */
export async function readNegativeWords(modelsDir: string): Promise<NegativeWord[]> {
	try {
		const text = await readFile(join(modelsDir, "lexicon", "negatives.tsv"), "utf8");
		return text
			.trimEnd()
			.split("\n")
			.map((line) => {
				const [lemma, synset] = line.split("\t");
				if (!lemma || !synset) throw new Error(`not a word and a synset: ${line}`);
				return { lemma, synset };
			});
	} catch (cause) {
		throw unreadable("negatives.tsv", cause);
	}
}

/** Names a pool: its words and the templates they were filled into. */
export function poolHash(words: readonly NegativeWord[], templates: readonly string[]): string {
	const lemmas = words.map(({ lemma }) => lemma);
	return createHash("sha256").update(JSON.stringify({ lemmas, templates })).digest("hex");
}

function unreadable(file: string, cause: unknown): UserError {
	return new UserError("lexicon.unreadable", `models/lexicon/${file} can't be read.`, "Install Tagalong again.", {
		cause,
	});
}
