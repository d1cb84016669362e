import { setTimeout } from "node:timers/promises";
import { eq } from "drizzle-orm";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Discord, startDiscord } from "../../../test/support/discord/discord.ts";
import { textOf } from "../../../test/support/discord/reading.ts";
import {
	attachment,
	component,
	dialog,
	discordKey,
	ids,
	interaction,
	member,
	shortcut,
	signedRequest,
	slash,
	text,
	visiting,
} from "../../../test/support/raw-interactions.ts";
import { openTestStore } from "../../../test/support/store.ts";
import { parseConfig } from "../../config.ts";
import { complete } from "../../handle/complete.ts";
import { formOf } from "../../handle/forms.ts";
import { receive } from "../../handle/receive.ts";
import { type Listening, listen } from "../../http/listen.ts";
import { createMetrics } from "../../http/metrics.ts";
import type { FrontServices } from "../../services.ts";
import { defaultLabelSet } from "../../store/label-sets.ts";
import { PENDING_MS } from "../../store/pending-targets.ts";
import { intake, pendingTargets } from "../../store/schema.ts";
import type { Store } from "../../store/store.ts";
import type { ChatEvent, CommandEvent } from "../event.ts";
import type { ChatPort } from "../port.ts";
import type { View } from "../view.ts";
import { type AnsweringParts, createInteractionAnswerer } from "./answer-interaction.ts";
import { createOwnResponses } from "./own-responses.ts";
import { registerCommands } from "./register.ts";
import { renderView } from "./render.ts";
import { createInteractionRoutes } from "./routes.ts";

let store: Store;
/** Down. */
let broken: Store;
beforeAll(async () => {
	store = await openTestStore();
	const fail = () => Promise.reject(new Error("the database doesn't answer"));
	broken = {
		...store,
		intake: { ...store.intake, record: fail, isGone: fail },
		labelSets: { ...store.labelSets, current: fail },
		pendingTargets: { ...store.pendingTargets, keep: fail, take: fail },
	};
});
afterAll(() => store.close());

const log = pino({ level: "silent" });
let now = new Date("2026-01-02T03:04:05.678Z");
let responses: ReturnType<typeof createOwnResponses>;
/** What the port posted by a call. */
let posted: { event: ChatEvent; view: View }[];
let queued: ChatEvent[];
let services: FrontServices;

beforeEach(() => {
	responses = createOwnResponses();
	posted = [];
	queued = [];
	services = {
		config: parseConfig({}),
		log,
		ports: { discord: port() },
		store,
		jobs: {
			async enqueue(event) {
				queued.push(event);
			},
			async ping() {},
		},
		metrics: createMetrics(),
		now: () => now,
		async close() {},
	};
});

/** As Discord's port answers: in the response where one is about to be made, else by a call. */
function port(): ChatPort {
	return {
		platform: "discord",
		async reply(event, view, marker) {
			const { body } = await renderView(view, { marker });
			if (!responses.give(event, body)) posted.push({ event, view });
			return event.key;
		},
		findReply: async () => undefined,
		async edit() {},
		async react() {},
		readable: async () => [],
		linkTo: async () => "",
		async progress() {},
		readAttachment: async () => new Uint8Array(),
		async settled() {},
	};
}

interface Answer {
	type: number;
	data: {
		flags?: number;
		components?: { content?: string }[];
		custom_id: string;
		choices?: { name: string; value: string }[];
	};
}

function answering(more: Partial<AnsweringParts> = {}) {
	return createInteractionAnswerer({
		receive: (event) => receive(event, services),
		complete: (command, option, typed, from) => complete(command, option, typed, from, services),
		formOf,
		store,
		responses,
		now: () => now,
		log,
		...more,
	});
}

function routes(more?: Partial<AnsweringParts>) {
	return createInteractionRoutes({ publicKey: discordKey, answer: answering(more), now: () => now, log });
}

async function send(payload: unknown, more: Partial<AnsweringParts> = {}): Promise<Answer> {
	const response = await routes(more).request(signedRequest(payload, now));
	expect(response.status).toBe(200);
	expect(response.headers.get("content-type")).toContain("application/json");
	// What the answers of these tests may have.
	return (await response.json()) as Answer;
}

const said = ({ data }: Answer) => JSON.stringify(data.components);
const never = <T>() => new Promise<T>(() => {});
const EPHEMERAL = 64;

describe("the endpoint", () => {
	test("answers a PING", async () => {
		expect(await send({ id: ids.message, type: 1, version: 1 })).toEqual({ type: 1 });
	});

	test("reads nothing that Discord didn't sign", async () => {
		const answer = vi.fn();
		const app = createInteractionRoutes({ publicKey: discordKey, answer, now: () => now, log });
		const good = signedRequest(slash("help"), now);
		const altered = new Request(good.url, { method: "POST", headers: good.headers, body: '{"type":1}' });
		const bare = new Request(good.url, { method: "POST", body: await good.text() });
		const stale = signedRequest({ type: 1 }, new Date(now.getTime() - 60_000));
		for (const request of [altered, bare, stale]) {
			const response = await app.request(request);
			expect([response.status, await response.text()]).toEqual([401, "invalid request signature"]);
		}
		expect(answer).not.toHaveBeenCalled();
	});

	test("takes a request in once", async () => {
		const app = routes();
		const [first, again] = [signedRequest({ type: 1 }, now), signedRequest({ type: 1 }, now)];
		expect((await app.request(first)).status).toBe(200);
		expect((await app.request(again)).status).toBe(401);
	});

	test("takes in no body that is larger than any of Discord's", async () => {
		const large = signedRequest(`"${"x".repeat(1024 * 1024)}"`, now);
		expect((await routes().request(large)).status).toBe(413);
	});

	test.each(["", "{", "[]", '"text"', '{"type":2}', "\u0000"])("refuses %j though it is signed", async (body) => {
		expect((await routes().request(signedRequest(body, now))).status).toBe(400);
	});
});

describe("a command", () => {
	test("is written down and queued, and answered by “thinking…”", async () => {
		const payload = slash("classify", [text("labels", "cat dog")]);
		expect(await send(payload)).toEqual({ type: 5 });
		expect(queued).toMatchObject([
			{ kind: "command", name: "classify", key: payload.id, options: { labels: "cat dog" } },
		]);
		expect((await store.intake.owed()).map(({ key }) => key)).toContain(payload.id);
	});

	test("whose answer is for the person alone says so when it defers", async () => {
		expect(await send(slash("stats"))).toEqual({ type: 5, data: { flags: EPHEMERAL } });
		expect(await send(slash("classify", [], visiting))).toEqual({ type: 5, data: { flags: EPHEMERAL } });
	});

	test("where the bot is no member leaves nothing of the place in what is written down", async () => {
		const payload = slash("classify", [], visiting);
		await send(payload);
		const rows = await store.db
			.select()
			.from(intake)
			.where(eq(intake.channel, `visitor-${ids.ada}`));
		expect(rows.map(({ id }) => id)).toContain(`discord-command-${payload.id}`);
		for (const id of [ids.guild, ids.channel]) expect(JSON.stringify(rows)).not.toContain(id);
	});

	test("that is sent twice is queued once", async () => {
		const payload = slash("classify");
		await send(payload);
		now = new Date(now.getTime() + 1000);
		expect(await send(payload)).toEqual({ type: 5 });
		expect(queued).toHaveLength(1);
	});

	test("is answered in time however slow the queue is, once it is written down", async () => {
		services.jobs.enqueue = never;
		expect(await send(slash("classify"), { patienceMs: 600 })).toEqual({ type: 5 });
		expect(await send(component("vote|yes|1|0"), { patienceMs: 600 })).toEqual({ type: 6 });
	});

	test("that can't be written down is not promised anything", async () => {
		services.store = broken;
		const answer = await send(slash("classify"), { store: broken });
		expect(answer).toMatchObject({ type: 4, data: { flags: EPHEMERAL | (1 << 15) } });
		expect(said(answer)).toContain("couldn't take that in");
		expect(queued).toEqual([]);
	});

	test("is not promised anything either while the store hangs", async () => {
		const hanging = { ...store, intake: { ...store.intake, record: never, isGone: never } } as Store;
		services.store = hanging;
		expect(said(await send(slash("classify"), { store: hanging, patienceMs: 20 }))).toContain("couldn't take that in");
	});
});

describe("a command that shows its answer at once", () => {
	test("is answered in the response itself, and is done with it", async () => {
		const payload = slash("help", [text("command", "classify")]);
		const answer = await send(payload);
		expect(answer).toMatchObject({ type: 4, data: { flags: EPHEMERAL | (1 << 15) } });
		expect(said(answer)).toContain("polar bear, panda");
		expect(posted).toEqual([]);
		expect(await store.intake.isSettled(`discord-command-${payload.id}`)).toBe(true);
	});

	test("is known to be answered by the process that has the answer, and by no other that is told of it", async () => {
		const payload = slash("help");
		const first = await answering()(payload);
		expect(first?.shown).toMatchObject({ flags: EPHEMERAL | (1 << 15) });
		expect(first?.response).toMatchObject({ type: 4, data: first?.shown });
		expect(await answering()(payload)).toEqual({ response: { type: 5, data: { flags: EPHEMERAL } } });
		services.store = broken;
		expect(await answering({ store: broken })(slash("help"))).toEqual({
			response: expect.objectContaining({ type: 4 }),
		});
	});

	test("says in the response what is wrong with it", async () => {
		expect(said(await send(slash("help", [text("command", "clasify")])))).toContain("Did you mean /classify?");
	});

	test("is shown later where that takes too long, by a call of the port's", async () => {
		let goOn = () => {};
		const asked = new Promise<void>((resolve) => {
			goOn = resolve;
		});
		services.store = {
			...store,
			replies: { ...store.replies, claim: (...given) => asked.then(() => store.replies.claim(...given)) },
		};
		expect(await send(slash("help"), { patienceMs: 600 })).toEqual({ type: 5, data: { flags: EPHEMERAL } });
		goOn();
		await vi.waitUntil(() => posted.length === 1);
	});

	test("stays owed where it fails, and is promised", async () => {
		const failing: Store["replies"]["claim"] = async () => {
			throw new Error("the store went away");
		};
		services.store = { ...store, replies: { ...store.replies, claim: failing } };
		const payload = slash("help");
		expect(await send(payload)).toEqual({ type: 5, data: { flags: EPHEMERAL } });
		expect(await store.intake.isSettled(`discord-command-${payload.id}`)).toBe(false);
	});
});

describe("what is typed", () => {
	const typing = (value: string) => {
		const option = { name: "command", type: 3, value, focused: true };
		return interaction(4, { data: { id: ids.message, name: "help", type: 1, options: [option] } });
	};

	test("is completed", async () => {
		const { type, data } = await send(typing("lab"));
		expect(type).toBe(8);
		expect(data.choices?.[0]).toEqual({ name: "labels", value: "labels" });
	});

	test.each([
		["late", { complete: never<string[]>, patienceMs: 20 }],
		["unknown", { complete: async () => Promise.reject(new Error("the store went away")) }],
	])("is left alone where what could be meant is %s", async (_, parts) => {
		expect(await send(typing("lab"), parts)).toEqual({ type: 8, data: { choices: [] } });
	});
});

describe("a choice", () => {
	test("is queued, and the message stays as it is for now", async () => {
		expect(await send(component("vote|yes|1|0"))).toEqual({ type: 6 });
		expect(queued).toMatchObject([{ kind: "choice", control: "vote|yes|1|0", message: ids.message }]);
	});

	test("that needs words has them asked for, and counts once they are there", async () => {
		const asked = await send(component("choose|1|0", ["other"]));
		expect(asked).toMatchObject({ type: 9, data: { title: "What does it show?" } });
		expect(queued).toEqual([]);
		const message = { message: { id: ids.message } };
		expect(await send(dialog(asked.data.custom_id, { label: "polar bear" }, message))).toEqual({ type: 6 });
		expect(queued).toMatchObject([{ control: "choose|1|0", values: ["other"], fields: { label: "polar bear" } }]);
	});
});

describe("the shortcut", () => {
	const photo = attachment("1100000000000000021", "cat.png", { content_type: "image/png" });
	const other = { channel: { id: "1100000000000000031", type: 0 } };
	const commands = () => queued.filter((event): event is CommandEvent => event.kind === "command");

	test("classifies by the channel's labels at once", async () => {
		const ref = { platform: "discord", workspace: ids.guild, channel: "1100000000000000031" } as const;
		const set = { ...defaultLabelSet, labels: [{ text: "cat" }, { text: "dog" }] };
		await store.labelSets.change(ref, () => set, "mo", now);
		expect(await send(shortcut({ attachments: [photo] }, other))).toEqual({ type: 5 });
		const target = { message: ids.message, attachments: [expect.objectContaining({ name: "cat.png" })] };
		expect(commands()).toMatchObject([{ name: "classify", options: {}, target }]);
	});

	test("asks for labels where there are none, and then knows which image it was", async () => {
		const asked = await send(shortcut({ attachments: [photo] }));
		expect(asked.type).toBe(9);
		expect(queued).toEqual([]);
		const answer = dialog(asked.data.custom_id, { labels: "cat dog" });
		expect(await send(answer)).toEqual({ type: 5 });
		expect(commands()).toMatchObject([
			{ name: "classify", key: answer.id, options: { labels: "cat dog" }, target: { message: ids.message } },
		]);
		expect(commands()[0]?.target?.attachments).toMatchObject([{ name: "cat.png", url: photo.url }]);
		expect(await store.db.$count(pendingTargets)).toBe(0);
		// The dialog was sent once.
		now = new Date(now.getTime() + 1000);
		expect(said(await send(dialog(asked.data.custom_id, { labels: "cat" })))).toContain("Use the shortcut on it again");
	});

	test("is taken in once where two processes are told of the dialog, and neither says that it is too late", async () => {
		const asked = await send(shortcut({ attachments: [photo] }));
		const answer = dialog(asked.data.custom_id, { labels: "cat dog" });
		let writesDown = () => {};
		const until = new Promise<void>((resolve) => {
			writesDown = resolve;
		});
		let hasTaken = () => {};
		const taken = new Promise<void>((resolve) => {
			hasTaken = resolve;
		});
		const receiveLater = async (event: ChatEvent) => {
			hasTaken();
			await until;
			await receive(event, services);
		};
		const first = answering({ receive: receiveLater })(answer);
		await taken;
		let looks = 0;
		const isGone: Store["intake"]["isGone"] = async (id) => {
			if (++looks === 2) writesDown();
			return await store.intake.isGone(id);
		};
		const second = answering({ store: { ...store, intake: { ...store.intake, isGone } } })(answer);
		expect(await Promise.all([first, second])).toEqual([{ response: { type: 5 } }, { response: { type: 5 } }]);
		expect(commands()).toMatchObject([{ key: answer.id, target: { message: ids.message } }]);
	});

	test("asks by itself where the bot is no member, whatever labels are kept", async () => {
		const asked = await send(shortcut({ attachments: [photo] }, { ...other, ...visiting }));
		expect(asked.type).toBe(9);
		expect(await send(dialog(asked.data.custom_id, { labels: "cat" }, { ...other, ...visiting }))).toEqual({
			type: 5,
			data: { flags: EPHEMERAL },
		});
		expect(commands()).toMatchObject([
			{ visiting: true, channel: `visitor-${ids.ada}`, target: { message: ids.message } },
		]);
	});

	test("says it where the dialog comes back too late, or from someone else", async () => {
		const asked = await send(shortcut({ attachments: [photo] }));
		const eve = { member: { ...member, user: { ...member.user, id: "1100000000000000066" } } };
		expect(said(await send(dialog(asked.data.custom_id, { labels: "cat" }, eve)))).toContain("15 minutes");
		now = new Date(now.getTime() + PENDING_MS);
		expect(said(await send(dialog(asked.data.custom_id, { labels: "cat" })))).toContain("15 minutes");
		expect(queued).toEqual([]);
	});

	test("says it where the message has no image", async () => {
		expect(said(await send(shortcut({ content: "hello" })))).toContain("There is no image in that message");
	});

	test("has one time for all that it needs", async () => {
		const sets = { ...store.labelSets, current: () => setTimeout(20).then(() => undefined) };
		const hanging = { ...store, labelSets: sets, pendingTargets: { ...store.pendingTargets, keep: never } } as Store;
		const answer = await send(shortcut({ attachments: [photo] }), { store: hanging, patienceMs: 30 });
		expect(said(answer)).toContain("couldn't take that in");
	});

	test("promises nothing while the store is down", async () => {
		services.store = broken;
		expect(said(await send(shortcut({ attachments: [photo] }), { store: broken }))).toContain("couldn't take that in");
	});
});

describe("with Discord itself", () => {
	let discord: Discord;
	let http: Listening;
	beforeAll(async () => {
		discord = await startDiscord();
		await registerCommands(discord);
		const answer = (payload: unknown) => answering()(payload);
		const app = createInteractionRoutes({ publicKey: discord.publicKey, answer, now: () => new Date(), log });
		http = await listen(app, { port: 0, host: "127.0.0.1" });
		await discord.interactions.serveAt(`${http.url}/discord/interactions`);
	});
	afterAll(async () => {
		await http.close();
		await discord.close();
	});
	afterEach(() => expect(discord.complaints()).toEqual([]));

	const cat = { name: "cat.png", bytes: new Uint8Array([1, 2, 3]) };

	test("every first answer is taken", async () => {
		const guild = discord.addGuild();
		const photos = guild.addChannel("photos");
		const ada = guild.addMember("ada");

		const classify = await ada.runs("classify", { labels: "cat dog", image: cat }, photos);
		expect(classify.original?.channel).toBe(photos);
		expect(queued).toMatchObject([{ attachments: [{ name: "cat.png" }], channel: photos.id }]);
		const help = await ada.runs("help", {}, photos);
		if (!help.original) throw new Error("it has no answer");
		expect(textOf(help.original)).toContain("/classify");
		expect(help.original.visibleTo).toBe(ada.id);
		expect((await ada.types("help", "command", "clas", photos)).choices).toEqual(["classify"]);

		const posted = await ada.posts(photos, { files: [cat] });
		const asked = await ada.uses("Classify this image", posted);
		expect(asked.modal?.title).toBe("Classify this image");
		expect((await ada.submits(asked, { labels: "cat dog" })).outcome).toBe("answered");
		expect(queued.at(-1)).toMatchObject({ options: { labels: "cat dog" }, target: { message: posted.id } });
	});

	test("in a place without the bot only the person sees the answer", async () => {
		const abroad = discord.addGuild({ bot: false });
		const photos = abroad.addChannel("photos");
		const bea = abroad.addMember("bea");
		bea.installs();
		const posted = await bea.posts(photos, { files: [cat] });
		const asked = await bea.uses("Classify this image", posted);
		const { original } = await bea.submits(asked, { labels: "cat dog" });
		expect(original?.visibleTo).toBe(bea.id);
		expect(queued).toMatchObject([{ visiting: true, workspace: `visitor-${bea.id}` }]);
	});
});
