import { createSecretKey, randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { WorkspaceRef } from "../chat/event.ts";
import { UserError } from "../errors.ts";
import { createSealer } from "./sealed.ts";

const older = createSecretKey(randomBytes(32));
const newer = createSecretKey(randomBytes(32));
const home: WorkspaceRef = { platform: "slack", workspace: "T1" };
const TOKEN = "xoxb-very-secret";

/** What an attempt to open says, with all that could be printed of it. */
function refusal(open: () => unknown): { code: string; everything: string } {
	try {
		open();
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		// More than `--debug` prints of it.
		return { code: error.code, everything: inspect(error, { depth: 10, showHidden: true }) };
	}
	return { code: "none", everything: "" };
}

test("what is sealed is opened for its workspace, whatever characters it has", () => {
	const sealer = createSealer([newer]);
	for (const text of [TOKEN, "", "übergroß 🐱 \u0000", "x".repeat(10_000)]) {
		const sealed = sealer.seal(text, home);
		expect(sealer.open(sealed, home)).toEqual({ text, isStale: false });
		expect(sealed).toMatch(/^1\.[0-9a-f]{16}\.[\w-]+$/);
	}
});

test("the same text is never sealed the same way twice, and can't be seen in any", () => {
	const sealer = createSealer([newer]);
	const sealed = Array.from({ length: 100 }, () => sealer.seal(TOKEN, home));
	expect(new Set(sealed).size).toBe(100);
	for (const each of sealed) {
		const raw = Buffer.from(each.split(".")[2] ?? "", "base64url").toString("latin1");
		expect(`${each}${raw}`).not.toContain("secret");
	}
});

test("an older key still opens, and says that it is no longer the one to seal with", () => {
	const sealed = createSealer([older]).seal(TOKEN, home);
	expect(createSealer([newer, older]).open(sealed, home)).toEqual({ text: TOKEN, isStale: true });
	expect(createSealer([older, newer]).open(sealed, home)).toEqual({ text: TOKEN, isStale: false });
	const anew = createSealer([newer, older]).seal(TOKEN, home);
	expect(createSealer([newer]).open(anew, home).text).toBe(TOKEN);
});

describe("nothing is opened, and nothing shown,", () => {
	const sealer = createSealer([newer]);
	const sealed = sealer.seal(TOKEN, home);

	function expectNothingShown(everything: string): void {
		expect(everything).not.toContain("very");
		expect(everything).not.toContain(sealed.split(".")[2]);
		for (const key of [older, newer]) {
			for (const encoding of ["hex", "base64", "base64url"] as const)
				expect(everything).not.toContain(key.export().toString(encoding));
		}
	}

	test("without its key", () => {
		const { code, everything } = refusal(() => createSealer([older]).open(sealed, home));
		expect(code).toBe("secrets.unknown-key");
		expect(everything).toContain("slack workspace T1");
		expectNothingShown(everything);
	});

	test.each<[string, WorkspaceRef]>([
		["another workspace", { platform: "slack", workspace: "T2" }],
		["another platform", { platform: "discord", workspace: "T1" }],
		["one whose name begins alike", { platform: "slack", workspace: "T1\u0000" }],
	])("for %s", (_, other) => {
		const { code, everything } = refusal(() => sealer.open(sealed, other));
		expect(code).toBe("secrets.damaged");
		expectNothingShown(everything);
	});

	test("with any one bit changed", () => {
		const [version, id, payload = ""] = sealed.split(".");
		const whole = Buffer.from(payload, "base64url");
		for (let bit = 0; bit < whole.length * 8; bit++) {
			const changed = Buffer.from(whole);
			changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
			const { code, everything } = refusal(() =>
				sealer.open([version, id, changed.toString("base64url")].join("."), home),
			);
			expect([bit, code]).toEqual([bit, "secrets.damaged"]);
			expectNothingShown(everything);
		}
	});

	test("under the name of another key, or of another version", () => {
		const both = createSealer([newer, older]);
		const [version, id, payload] = both.seal(TOKEN, home).split(".");
		const [, olderId] = createSealer([older]).seal(TOKEN, home).split(".");
		expect(id).not.toBe(olderId);
		expect(refusal(() => both.open([version, olderId, payload].join("."), home)).code).toBe("secrets.damaged");
		expect(refusal(() => both.open(["2", id, payload].join("."), home)).code).toBe("secrets.damaged");
	});

	test("cut short, or of another shape altogether", () => {
		for (let length = 0; length < sealed.length; length++) {
			const { code, everything } = refusal(() => sealer.open(sealed.slice(0, length), home));
			expect(code).toMatch(/^secrets\./);
			expectNothingShown(everything);
		}
		for (const shape of [TOKEN, `${sealed}.x`, `${sealed}=`, ` ${sealed}`, "1..", "{}"]) {
			expect(refusal(() => sealer.open(shape, home)).code).toBe("secrets.damaged");
		}
	});
});

test("without any key there is no sealer, and the error says how to make one", () => {
	const { code, everything } = refusal(() => createSealer([]));
	expect(code).toBe("secrets.no-keys");
	expect(everything).toContain("openssl rand -base64 32");
});
