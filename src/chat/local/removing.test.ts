import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { followLive } from "../../../test/support/live-stream.ts";
import { inEachTest, photo, picture, type TestChat, words } from "../../../test/support/local-chat.ts";

let chat: TestChat;
inEachTest((opened) => {
	chat = opened;
});

const remove = (who: Pick<TestChat, "request">, path: string) => who.request(path, { method: "DELETE" });
async function kept(): Promise<string[]> {
	const names = await Promise.all(
		["originals", "previews", "answers"].map((folder) => readdir(join(chat.localFolder, folder))),
	);
	return names.flat();
}

describe("roles", () => {
	it("are a moderator's until laid down, and go with what is posted, also after a crash", async () => {
		const state = async () => (await chat.request("/api/state")).json();
		expect(await state()).toMatchObject({ me: { canModerate: true } });
		await chat.post("/classify cat");
		const answer = await chat.put("/api/me", { canModerate: false });
		expect(await answer.json()).toEqual({ id: chat.id, canModerate: false });
		expect(answer.headers.get("set-cookie")).toMatch(/^tagalong_role=member;.*HttpOnly.*SameSite=Strict/);
		expect(await state()).toMatchObject({ me: { id: chat.id, canModerate: false } });
		await chat.post("/classify dog");
		await chat.put("/api/me", { canModerate: true });
		await chat.post("/classify bear");
		const roles = () => chat.events.map((event) => event.actor.canModerate);
		expect(roles()).toEqual([true, false, true]);
		chat.events.length = 0;
		await chat.reopen().recover();
		expect(roles()).toEqual([true, false, true]);
		expect(await words(await chat.put("/api/me", { canModerate: "yes" }))).toContain("couldn't read");
	});

	it("decide who deletes others' messages", async () => {
		const { id } = await chat.post("mine");
		const bo = await chat.visit();
		await bo.put("/api/me", { canModerate: false });
		expect(await words(await remove(bo, `/api/messages/${id}`))).toBe(
			"Only its author or a moderator can delete a message.",
		);
		const own = await bo.post("bo's");
		expect((await remove(bo, `/api/messages/${own.id}`)).status).toBe(204);
		await bo.put("/api/me", { canModerate: true });
		expect((await remove(bo, `/api/messages/${id}`)).status).toBe(204);
		expect((await chat.messages()).messages).toEqual([]);
	});

	it("give no one another's private answer, and take no one their own", async () => {
		await chat.put("/api/me", { canModerate: false });
		const { message } = await chat.answer({ blocks: [{ kind: "text", text: ["psst"] }], ephemeral: true });
		expect(await words(await remove(await chat.visit(), `/api/messages/${message}`))).toBe("That message was deleted.");
		expect((await remove(chat, `/api/messages/${message}`)).status).toBe(204);
	});
});

describe("removing a channel", () => {
	let birds: string;
	const posted = async (channel: string) => {
		const body = new FormData();
		body.set("text", "/classify cat");
		body.append("files", await picture());
		await chat.request(`/api/channels/${channel}/messages`, { method: "POST", body });
	};
	beforeEach(async () => {
		const made = await chat.put("/api/channels", { name: "birds" });
		birds = ((await made.json()) as { id: string }).id;
		await posted(birds);
		const event = chat.events[0];
		if (!event) throw new Error("no event was raised");
		await chat.port.reply(
			event,
			{ blocks: [{ kind: "picture", name: "c", alt: "", png: await photo("coffee.png") }] },
			"m",
		);
	});
	const channels = async () => {
		const { channels } = (await (await chat.request("/api/state")).json()) as { channels: { name: string }[] };
		return channels.map(({ name }) => name);
	};

	it("takes along messages and every byte, tells the bot first and then open pages", async () => {
		const { files } = await chat.post("", [await picture("rocket.jpg")]);
		expect(await kept()).toHaveLength(5);
		chat.events.length = 0;
		const page = await followLive(chat);
		expect((await remove(chat, `/api/channels/${birds}`)).status).toBe(204);
		expect(chat.events).toMatchObject([{ kind: "channel-left", channel: birds, key: birds, actor: { id: chat.id } }]);
		expect(await page.next()).toEqual({ type: "channel-gone", channel: birds });
		expect(await channels()).toEqual(["general"]);
		expect((await kept()).sort()).toEqual([`${files[0]?.id}`, `${files[0]?.id}.webp`]);
		for (const path of [
			`/api/channels/${birds}/messages`,
			`/api/channels/${birds}/completions?command=x&option=y&typed=`,
		])
			expect(await words(await chat.request(path))).toContain("That channel doesn't exist.");
		expect(await words(await remove(chat, `/api/channels/${birds}`))).toContain("That channel doesn't exist.");
		await page.close();
	});

	it("is for moderators, and never #general", async () => {
		expect(await words(await remove(chat, "/api/channels/general"))).toContain("#general can't be removed.");
		await chat.put("/api/me", { canModerate: false });
		expect(await words(await remove(chat, `/api/channels/${birds}`))).toBe("Only a moderator can remove a channel.");
		expect(await channels()).toEqual(["general", "birds"]);
	});

	it("doesn't happen if the bot can't be told", async () => {
		chat.state.refusal = new Error("store down");
		const refused = await remove(chat, `/api/channels/${birds}`);
		expect(await words(refused)).toBe("The removal couldn't be saved. Try again in a moment.");
		expect(await channels()).toEqual(["general", "birds"]);
		expect(await kept()).toHaveLength(3);
	});

	it("cut short by a crash is finished at the next start", async () => {
		await chat.store.setRemoved(birds, new Date());
		await posted(birds);
		chat.events.length = 0;
		await chat.reopen().recover();
		expect(chat.events).toMatchObject([{ kind: "channel-left", channel: birds, actor: { isBot: true } }]);
		expect(await kept()).toEqual([]);
		expect(await chat.store.halfRemoved()).toEqual([]);
		expect(await channels()).toEqual(["general"]);
	});
});
