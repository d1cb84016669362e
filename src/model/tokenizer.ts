/** From texts to the token ids a text encoder reads, as the model's manifest says: special tokens, truncation, padding. */
import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { UserError } from "../errors.ts";
import type { Tokenization } from "./manifest.ts";

/** Token ids of several texts, row-major [rows × length], padded to one length. */
export interface TokenBatch {
	rows: number;
	length: number;
	ids: BigInt64Array;
	/** 1 where there is a token, 0 where there is padding. */
	mask: BigInt64Array;
}

export interface TextTokenizer {
	/** Token ids of one text, special tokens included, at most `contextLength`; not padded. */
	encode(text: string): number[];
	/** Several texts, padded to the context length or the longest of them. */
	encodeBatch(texts: readonly string[]): TokenBatch;
}

/**
 * @param json the content of the model's tokenizer.json
 * @throws UserError `model.tokenizer` if it can't be read
 */
export function createTokenizer(json: string, tokenization: Tokenization): TextTokenizer {
	const { contextLength, eosId, padId } = tokenization;
	let tokenizer: Tokenizer;
	try {
		tokenizer = new Tokenizer(JSON.parse(json), {});
	} catch (cause) {
		throw new UserError(
			"model.tokenizer",
			"The model's tokenizer.json can't be read.",
			"`tagalong models verify` checks the files.",
			{ cause },
		);
	}
	const addSpecial = tokenization.specialTokens === "add";

	function encode(text: string): number[] {
		const input = tokenization.lowercase ? text.toLowerCase() : text;
		const { ids } = tokenizer.encode(input, { add_special_tokens: addSpecial });
		if (!addSpecial) return [...ids.slice(0, contextLength - 1), eosId];
		// The library doesn't truncate. The closing token stays: CLIP reads the text's embedding at its position.
		return ids.length <= contextLength ? ids : [...ids.slice(0, contextLength - 1), eosId];
	}

	function encodeBatch(texts: readonly string[]): TokenBatch {
		const encoded = texts.map(encode);
		const longest = encoded.reduce((most, ids) => Math.max(most, ids.length), 1);
		const length = tokenization.padTo === "context-length" ? contextLength : longest;
		const ids = new BigInt64Array(texts.length * length).fill(BigInt(padId));
		const mask = new BigInt64Array(texts.length * length);
		for (const [row, tokens] of encoded.entries()) {
			for (const [column, token] of tokens.entries()) {
				ids[row * length + column] = BigInt(token);
				mask[row * length + column] = 1n;
			}
		}
		return { rows: texts.length, length, ids, mask };
	}

	return { encode, encodeBatch };
}

/**
 * The words that a tokenizer knows whole, lower case: WordPiece's entries that continue no word, and byte-level BPE's that
 * end one (`cat</w>`).
 * @param json the content of the model's tokenizer.json
 */
export function wholeWords(json: string): Set<string> {
	const { model } = z.object({ model: z.object({ type: z.string(), vocab: z.unknown() }) }).parse(JSON.parse(json));
	// Unigram's vocabulary is a list of pieces with their scores, the others' an object of pieces and ids.
	const pieces = Object.keys(Array.isArray(model.vocab) ? Object.fromEntries(model.vocab) : Object(model.vocab));
	const ending = model.type === "BPE" ? "</w>" : "";
	return new Set(
		pieces
			.filter((piece) => !piece.startsWith("##") && piece.endsWith(ending))
			.map((piece) => piece.slice(0, piece.length - ending.length).toLowerCase()),
	);
}
