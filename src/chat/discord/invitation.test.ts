import { readFileSync } from "node:fs";
import { join } from "node:path";
import { GatewayIntentBits, PermissionFlagsBits } from "discord.js";
import { expect, test } from "vitest";
import { packageRoot } from "../../package-root.ts";
import { intentsFor } from "./gateway-connection.ts";
import { invitationTo, permissionInteger, permissions, personalInvitationTo } from "./invitation.ts";

const page = readFileSync(join(packageRoot, "docs", "discord.md"), "utf8");
/** The first column of the table under a heading. */
function listedUnder(heading: string): string[] {
	const [, section = ""] = page.split(`## ${heading}\n`);
	const table = section.split("\n## ")[0] ?? "";
	return [...table.matchAll(/^\| (.+?) \|/gm)].map(([, first = ""]) => first).slice(1);
}
const inWords = (name: string) => name.replace(/(?<=[a-z])(?=[A-Z])/g, " ").replace(" In ", " in ");

test("docs/discord.md gives each permission that the invitation asks for, and their sum", () => {
	expect(listedUnder("What it may do")).toEqual(permissions.map(inWords));
	expect(page).toContain(`**\`${permissionInteger}\`**`);
	expect(BigInt(permissionInteger) & PermissionFlagsBits.Administrator).toBe(0n);
	expect(invitationTo("1")).toMatch(/scope=bot\+applications\.commands&permissions=\d+$/);
});

test("docs/discord.md gives the link by which a person takes the bot along", () => {
	expect(personalInvitationTo("1")).toMatch(/\?client_id=1&integration_type=1&scope=applications\.commands$/);
	expect(page).toContain(personalInvitationTo("APPLICATION_ID"));
});

test("docs/discord.md gives each intent that the gateway asks for", () => {
	const names = intentsFor(true).map((bit) => inWords(GatewayIntentBits[bit] ?? ""));
	const expected = names.map((name) => (name === "Message Content" ? `${name} (privileged)` : name));
	expect(listedUnder("What it is told")).toEqual(expected);
	expect(intentsFor(false)).not.toContain(GatewayIntentBits.MessageContent);
});
