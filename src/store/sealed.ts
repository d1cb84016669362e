/** Seals secrets before they are written down: whoever reads the store, or a backup of it, has no tokens. */
import { createCipheriv, createDecipheriv, createHmac, type KeyObject, randomBytes } from "node:crypto";
import type { WorkspaceRef } from "../chat/event.ts";
import { secretErrors } from "../errors.ts";

/** AES-256-GCM with random nonces of 96 bits, of which one key may use 2³² (NIST SP 800-38D, section 8.3). */
const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Of the sealed form, so that another can follow. */
const VERSION = "1";

export interface Sealer {
	/** @returns plain ASCII: version, id of the key, and in base64url the nonce, the ciphertext and its tag */
	seal(text: string, owner: WorkspaceRef): string;
	/**
	 * @param owner the workspace that it was sealed for: no other can open it
	 * @returns the text, and whether it is sealed with a key that is no longer the newest
	 * @throws UserError `secrets.unknown-key`, `secrets.damaged`; neither says what is in it
	 */
	open(sealed: string, owner: WorkspaceRef): { text: string; isStale: boolean };
}

/**
 * @param keys of 32 bytes each, newest first: that one seals, all of them open
 * @throws UserError `secrets.no-keys`
 * @example
 * const sealer = createSealer(config.encryptionKeys);
 * const { text } = sealer.open(sealer.seal("xoxb-…", { platform: "slack", workspace: "T1" }), { platform: "slack", workspace: "T1" });
 */
export function createSealer(keys: readonly KeyObject[]): Sealer {
	const [newest] = keys;
	if (!newest) throw secretErrors.noKeys();
	const newestId = idOf(newest);
	const byId = new Map(keys.map((key) => [idOf(key), key]));

	return {
		seal(text, owner) {
			const nonce = randomBytes(NONCE_BYTES);
			const cipher = createCipheriv(ALGORITHM, newest, nonce, { authTagLength: TAG_BYTES });
			cipher.setAAD(belonging(newestId, owner));
			const parts = [nonce, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()];
			return [VERSION, newestId, Buffer.concat(parts).toString("base64url")].join(".");
		},

		open(sealed, owner) {
			const { platform, workspace } = owner;
			const [, version, id = "", payload = ""] = /^([^.]+)\.([^.]+)\.([\w-]+)$/.exec(sealed) ?? [];
			const bytes = Buffer.from(payload, "base64url");
			if (version !== VERSION || bytes.length < NONCE_BYTES + TAG_BYTES)
				throw secretErrors.damaged(platform, workspace);
			const key = byId.get(id);
			if (!key) throw secretErrors.unknownKey(platform, workspace);
			const nonce = bytes.subarray(0, NONCE_BYTES);
			const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
			decipher.setAAD(belonging(id, owner));
			decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
			const start = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
			try {
				return { text: Buffer.concat([start, decipher.final()]).toString("utf8"), isStale: id !== newestId };
			} catch {
				// Node's error says no more; what was deciphered so far is not to be believed.
				throw secretErrors.damaged(platform, workspace);
			}
		},
	};
}

/** Tells keys apart and says nothing about them: they are random themselves. */
function idOf(key: KeyObject): string {
	return createHmac("sha256", key).update("tagalong key id").digest("hex").slice(0, 16);
}

/** What a sealed text is bound to, beside its key. */
function belonging(keyId: string, { platform, workspace }: WorkspaceRef): Buffer {
	return Buffer.from(JSON.stringify([VERSION, keyId, platform, workspace]));
}
