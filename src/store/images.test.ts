import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { channel, command, imagesPosted, person } from "../../test/support/events.ts";
import { openTestStore } from "../../test/support/store.ts";
import { jobId, type PostedImages } from "../chat/event.ts";
import { imagesOf } from "./images.ts";
import { images } from "./schema.ts";
import type { Store } from "./store.ts";

let store: Store;
beforeAll(async () => {
	store = await openTestStore();
});
afterAll(() => store.close());
beforeEach(async () => {
	await store.db.delete(images);
});

const at = (second: number) => new Date(Date.UTC(2026, 0, 2, 12, 0, second)).toISOString();
const several = (...ids: string[]) => ids.map((id) => ({ id, url: `local:${id}`, name: `${id}.png`, size: 9 }));
/** Keeps the embedding of one image of a message. */
async function keep(posted: PostedImages, number: number, embedding: Float32Array, modelId: string): Promise<void> {
	const image = imagesOf(posted)[number];
	if (!image) throw new Error(`no image ${number}`);
	await store.images.keep({ ...image, embedding, modelId });
}
const ids = (rows: { attachment: { id: string } }[]) => rows.map((row) => row.attachment.id);

test("each image of a message is a row with its number, whose it is and where, and no more of the file than its name", async () => {
	await store.images.record(imagesPosted("m", { thread: "t", time: at(1), attachments: several("a", "b") }));
	const shared = { ...channel, thread: "t", message: "m", author: "ada", isBot: false, postedAt: new Date(at(1)) };
	const unread = { embedding: null, modelId: null, sha256: null, dhash: null, problem: null };
	const unencoded = { ...unread, agreed: null, agreedAt: null, revision: 0 };
	expect(await store.images.ofMessage(channel, "m")).toEqual([
		{ ...shared, ...unencoded, number: 0, attachment: { id: "a", url: "local:a", name: "a.png" } },
		{ ...shared, ...unencoded, number: 1, attachment: { id: "b", url: "local:b", name: "b.png" } },
	]);
});

test("an embedding comes back to the last bit", async () => {
	const posted = imagesPosted("m", { attachments: several("a", "b") });
	await store.images.record(posted);
	const embedding = Float32Array.from({ length: 512 }, (_, index) => Math.sin(index * 1e3) * 10 ** -(index % 12));
	await keep(posted, 1, embedding, "starter@0123456789ab");

	const [first, second] = await store.images.ofMessage(channel, "m");
	expect(first).toMatchObject({ embedding: null, modelId: null });
	expect(second).toMatchObject({ embedding, modelId: "starter@0123456789ab" });
});

test("models of different widths share the table", async () => {
	const posted = imagesPosted("m", { attachments: several("a", "b") });
	await Promise.all([
		keep(posted, 0, new Float32Array(256).fill(0.5), "x@1"),
		keep(posted, 1, new Float32Array(768).fill(0.5), "y@1"),
	]);
	expect((await store.images.ofMessage(channel, "m")).map((row) => row.embedding?.length)).toEqual([256, 768]);
});

test("a message noted again keeps its embeddings", async () => {
	const event = imagesPosted("m");
	await store.images.record(event);
	await keep(event, 0, Float32Array.of(1, 0), "x@1");
	await store.images.record(event);
	expect(await store.images.ofMessage(channel, "m")).toMatchObject([{ modelId: "x@1" }]);
});

test("the latest images are all those of the newest message that has any, in their order", async () => {
	await store.images.record(imagesPosted("new", { time: at(9), attachments: several("c", "b", "d") }));
	await store.images.record(imagesPosted("old", { time: at(1), attachments: several("a") }));
	expect(ids(await store.images.latest(channel))).toEqual(["c", "b", "d"]);
});

test("in a thread the latest images are those of the thread, or of the message that it hangs from", async () => {
	await store.images.record(imagesPosted("root", { time: at(1), attachments: several("at the root") }));
	await store.images.record(imagesPosted("aside", { time: at(5), attachments: several("in the channel") }));
	await store.images.record(
		imagesPosted("other", { time: at(6), thread: "aside", attachments: several("in another") }),
	);
	expect(ids(await store.images.latest(channel, "root"))).toEqual(["at the root"]);

	await store.images.record(
		imagesPosted("reply", { time: at(2), thread: "root", attachments: several("in the thread") }),
	);
	expect(ids(await store.images.latest(channel, "root"))).toEqual(["in the thread"]);
	expect(ids(await store.images.latest(channel))).toEqual(["in the channel"]);
	expect(await store.images.latest(channel, "a thread without images")).toEqual([]);
});

test("no workspace, channel or platform sees another's images", async () => {
	await store.images.record(imagesPosted("m"));
	for (const other of [{ workspace: "elsewhere" }, { channel: "random" }, { platform: "slack" as const }]) {
		const elsewhere = { ...channel, ...other };
		expect(await store.images.latest(elsewhere)).toEqual([]);
		expect(await store.images.ofMessage(elsewhere, "m")).toEqual([]);
		await keep(imagesPosted("m", other), 0, Float32Array.of(1), "x@1");
		await store.images.deleteMessage(elsewhere, "m");
	}
	expect(await store.images.latest(channel)).toMatchObject([{ message: "m", embedding: null }]);
});

test("an embedding kept twice at the same moment, and again for a new model: the last stands", async () => {
	const posted = imagesPosted("m");
	await Promise.all([1, 2].map((value) => keep(posted, 0, Float32Array.of(value), "x@1")));
	await keep(posted, 0, Float32Array.of(3), "y@1");
	expect(await store.images.ofMessage(channel, "m")).toMatchObject([{ embedding: Float32Array.of(3), modelId: "y@1" }]);
});

test("fingerprints and what people agreed on stay with the image, whatever is noted or read again", async () => {
	const posted = imagesPosted("m");
	const [image] = imagesOf(posted);
	if (!image) throw new Error("no image");
	const read = { embedding: Float32Array.of(1, 0), modelId: "x@1", sha256: "ab", dhash: -(2n ** 63n) };
	await store.images.keep({ ...image, ...read });
	const vote = { voter: "ada", source: "button", moderator: true, order: 1 };
	await store.votes.cast(image, { ...vote, verdict: { kind: "label", label: "cat" } });
	const agreed = { agreed: { labels: ["cat"], by: "moderator" }, agreedAt: expect.any(Date), revision: 1 };

	await store.images.record(posted);
	await store.images.keep({ ...image, ...read, modelId: "y@1" });
	expect(await store.images.ofMessage(channel, "m")).toMatchObject([{ ...read, ...agreed, modelId: "y@1" }]);
});

test("an image that can't be read says why, until it can; what was read before stays", async () => {
	const [image] = imagesOf(imagesPosted("m"));
	if (!image) throw new Error("no image");
	await store.images.keep({ ...image, problem: "It is damaged." });
	expect(await store.images.ofMessage(channel, "m")).toMatchObject([{ problem: "It is damaged.", embedding: null }]);
	const read = { embedding: Float32Array.of(1), modelId: "x@1", sha256: "ab", dhash: null };
	await store.images.keep({ ...image, ...read });
	expect(await store.images.ofMessage(channel, "m")).toMatchObject([{ ...read, problem: null }]);
	await store.images.keep({ ...image, problem: "It is gone." });
	expect(await store.images.ofMessage(channel, "m")).toMatchObject([{ ...read, problem: "It is gone." }]);
});

test("an image that was read from the store and deleted meanwhile stays deleted, and hinders no other", async () => {
	await store.images.record(imagesPosted("m", { attachments: several("a", "b") }));
	await store.images.record(imagesPosted("n"));
	const read = [...(await store.images.ofMessage(channel, "m")), ...(await store.images.ofMessage(channel, "n"))];
	await store.forget.message(channel, "m");
	const embedded = read.map((image) => ({ ...image, embedding: Float32Array.of(1), modelId: "x@1" }));
	const command = imagesOf(imagesPosted("new")).map((image) => ({
		...image,
		embedding: Float32Array.of(2),
		modelId: "x@1",
	}));
	await Promise.all([...embedded, ...command].map((image) => store.images.keep(image)));
	expect(await store.images.ofMessage(channel, "m")).toEqual([]);
	expect(await store.images.ofMessage(channel, "n")).toMatchObject([{ embedding: Float32Array.of(1) }]);
	expect(await store.images.ofMessage(channel, "new")).toMatchObject([{ embedding: Float32Array.of(2) }]);
});

test("deleting a message deletes its images", async () => {
	await store.images.record(imagesPosted("m"));
	await store.images.deleteMessage(channel, "m");
	expect(await store.images.ofMessage(channel, "m")).toEqual([]);
});

test("a thread's messages are those whose images are kept, and those that wait to be, of that channel alone", async () => {
	const inThread = (message: string, more = {}) => imagesPosted(message, { thread: "t", ...more });
	await store.images.record(inThread("kept"));
	await store.images.record(imagesPosted("elsewhere", { thread: "u" }));
	await store.images.record(inThread("another channel", { channel: "2" }));
	await store.intake.record(inThread("waiting"), new Date());
	await store.intake.record(inThread("kept"), new Date());
	expect((await store.images.messagesIn(channel, "t")).sort()).toEqual(["kept", "waiting"]);
});

test("history goes on from a message that is gone, and tells bots from people", async () => {
	const robot = person("robot", { isBot: true });
	for (const [index, actor] of [person("ada"), robot, person("bob")].entries()) {
		await store.images.record(imagesPosted(`m${index}`, { time: at(index), actor }));
	}
	const [newest] = await store.images.history(channel, undefined, 1);
	expect(newest).toMatchObject({ message: "m2", time: at(2), actor: { id: "bob", isBot: false } });
	await store.forget.message(channel, "m2");
	const older = await store.images.history(channel, newest, 9);
	expect(older.map(({ message, actor }) => [message, actor.isBot])).toEqual([
		["m1", true],
		["m0", false],
	]);
});

test("images are noted for an event as long as it is there", async () => {
	const asking = command("asking");
	await store.intake.record(asking, new Date());
	expect(await store.images.recordFor(jobId(asking), imagesPosted("m"))).toBe(true);
	await store.forget.channel(channel);
	expect(await store.images.recordFor(jobId(asking), imagesPosted("m"))).toBe(false);
	expect(await store.images.ofMessage(channel, "m")).toEqual([]);
});
