import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { findOrInstallRedis, startRedis, type TestRedis } from "../../../infra/servers/redis.ts";
import { followLive } from "../../../test/support/live-stream.ts";
import { inEachTest, type TestChat } from "../../../test/support/local-chat.ts";
import { createLocalPort } from "./port.ts";
import { followRelay, openRelay } from "./relay.ts";
import { readAddress, writeAddress } from "./served-at.ts";
import { openUploadFolder } from "./upload-folder.ts";

const executable = await findOrInstallRedis();

describe.skipIf(!executable)("a worker that answers in a chat whose pages are open elsewhere", () => {
	let redis: TestRedis;
	let chat: TestChat;
	beforeAll(async () => {
		redis = await startRedis(executable ?? "");
	});
	afterAll(() => redis?.stop());
	inEachTest((opened) => {
		chat = opened;
	});

	/** A worker on the chat's store and folder, and what ends it. */
	function openWorker() {
		const relay = openRelay(redis.url);
		const port = createLocalPort({
			store: chat.store,
			folder: openUploadFolder(chat.dataDir),
			announcer: relay,
			address: () => readAddress(chat.dataDir),
			now: () => new Date(),
		});
		return { relay, port };
	}

	/** Once Redis passes on what the worker tells. */
	async function connected(relay: ReturnType<typeof openRelay>): Promise<void> {
		const heard = vi.fn();
		const follower = followRelay(redis.url, { message: async () => {}, working: async () => heard() }, () => {});
		await vi.waitFor(async () => {
			await relay.working("general", "nobody's");
			expect(heard).toHaveBeenCalled();
		});
		follower.close();
	}

	it("shows its progress and its answer in them, in this order, and that it is done", async () => {
		const { relay, port } = openWorker();
		await connected(relay);
		const event = await chat.command();
		const live = await followLive(chat);
		const onConnected = vi.fn(chat.refresh);
		const follower = followRelay(redis.url, chat.announcer, onConnected);
		await vi.waitFor(() => expect(onConnected).toHaveBeenCalled());
		// Something may have happened before: the page asks for everything again.
		expect(await live.next()).toEqual({ type: "open" });
		try {
			await port.progress(event, "Reading 3 new labels…");
			expect(await live.next()).toMatchObject({ type: "working", progress: "Reading 3 new labels…" });
			expect((await chat.messages()).messages).toMatchObject([{ progress: "Reading 3 new labels…" }]);
			await port.reply(event, { blocks: [{ kind: "text", text: ["A cat."] }] }, "marker");
			await port.settled(event);
			expect(await live.next()).toMatchObject({ type: "message", message: { thread: event.message } });
			expect(await live.next()).toEqual({
				type: "working",
				channel: "general",
				message: event.message,
				working: false,
			});
			expect((await chat.messages()).messages[0]).not.toHaveProperty("progress");
		} finally {
			follower.close();
			relay.close();
			await live.close();
		}
	});

	it("has them ask for everything again once Redis is back, and fails nothing meanwhile", async () => {
		const { relay, port } = openWorker();
		const onConnected = vi.fn();
		const follower = followRelay(redis.url, chat.announcer, onConnected);
		await vi.waitFor(() => expect(onConnected).toHaveBeenCalledTimes(1));
		await redis.kill();
		const event = await chat.command();
		await port.reply(event, { blocks: [{ kind: "text", text: ["A cat."] }] }, "marker");
		await port.settled(event);
		expect(await chat.replies()).toHaveLength(1);
		await redis.restart();
		await vi.waitFor(() => expect(onConnected).toHaveBeenCalledTimes(2), 10_000);
		follower.close();
		relay.close();
	});

	it("links to messages by the address that the front has written down", async () => {
		const { relay, port } = openWorker();
		const message = { platform: "local", workspace: "local", channel: "general", message: "m1" } as const;
		writeAddress(chat.dataDir, "http://127.0.0.1:4321");
		expect(await port.linkTo(message)).toBe("http://127.0.0.1:4321/#general/m1");
		relay.close();
	});
});
