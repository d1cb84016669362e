/** Interactions as Discord sends them, written out, and requests with its signature. */
import { generateKeyPairSync, sign } from "node:crypto";

export const ids = {
	application: "1100000000000000001",
	guild: "1100000000000000002",
	channel: "1100000000000000003",
	thread: "1100000000000000004",
	ada: "1100000000000000005",
	message: "1100000000000000006",
};

const ada = { id: ids.ada, username: "ada", global_name: "Ada", discriminator: "0", avatar: null };
export const member = { user: ada, nick: null, roles: [], permissions: "2147483648" };

let last = 0n;
/** Ids rise, as Discord's do. */
const nextId = () => `${1_200_000_000_000_000_000n + ++last}`;

type Parts = Record<string, unknown>;

/** In a server's channel, by its own installation. */
export function interaction(type: number, more: Parts = {}): Parts {
	return {
		id: nextId(),
		application_id: ids.application,
		type,
		token: "a-token",
		version: 1,
		guild_id: ids.guild,
		channel_id: ids.channel,
		channel: { id: ids.channel, type: 0, name: "photos", permissions: "0" },
		member,
		app_permissions: "0",
		locale: "en-US",
		entitlements: [],
		authorizing_integration_owners: { 0: ids.guild },
		context: 0,
		attachment_size_limit: 10_485_760,
		...more,
	};
}

/** Where only Ada has the app, in a server or among friends. */
export const visiting = { authorizing_integration_owners: { 1: ids.ada } };

export function slash(name: string, options: Parts[] = [], more: Parts = {}, data: Parts = {}): Parts {
	return interaction(2, { data: { id: nextId(), name, type: 1, options, ...data }, ...more });
}

export const text = (name: string, value: string) => ({ name, type: 3, value });

export function attachment(id: string, filename: string, more: Parts = {}): Parts {
	const path = `attachments/${ids.channel}/${id}/${filename}?ex=1&is=2&hm=3`;
	const [url, proxy_url] = [`https://cdn.discordapp.com/${path}`, `https://media.discordapp.net/${path}`];
	return { id, filename, size: 1234, url, proxy_url, ...more };
}

/** The shortcut used on a message. */
export function shortcut(message: Parts, more: Parts = {}): Parts {
	const target = { id: ids.message, content: "", attachments: [], embeds: [], ...message };
	const data = { id: nextId(), name: "Classify this image", type: 3, target_id: ids.message };
	return interaction(2, { data: { ...data, resolved: { messages: { [ids.message]: target } } }, ...more });
}

/** A control of a message of the bot's is used. */
export function component(custom_id: string, values?: string[], more: Parts = {}): Parts {
	const data = { custom_id, component_type: values ? 3 : 2, ...(values && { values }) };
	return interaction(3, { data, message: { id: ids.message, flags: 0, content: "" }, ...more });
}

/** A dialog is sent. */
export function dialog(custom_id: string, fields: Record<string, string>, more: Parts = {}): Parts {
	const components = Object.entries(fields).map(([field, value], index) => {
		return { type: 18, id: index, component: { type: 4, id: index, custom_id: field, value } };
	});
	return interaction(5, { data: { custom_id, components }, ...more });
}

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
/** In hexadecimal, as the developer portal shows it. */
export const discordKey = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url").toString("hex");

/** As Discord sends it. @param body text or anything for JSON */
export function signedRequest(body: unknown, now: Date): Request {
	const timestamp = String(Math.floor(now.getTime() / 1000));
	const bytes = typeof body === "string" ? body : JSON.stringify(body);
	const headers = {
		"content-type": "application/json",
		"x-signature-ed25519": sign(null, Buffer.from(timestamp + bytes), privateKey).toString("hex"),
		"x-signature-timestamp": timestamp,
	};
	return new Request("http://bot.example/discord/interactions", { method: "POST", headers, body: bytes });
}
