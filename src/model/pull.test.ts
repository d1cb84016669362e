import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeHub, hubModel, RIGHT_TOKEN, sha256, startFakeHub } from "../../test/support/fake-hub.ts";
import { UserError } from "../errors.ts";
import { packageRoot } from "../package-root.ts";
import { locateModel } from "./location.ts";
import type { Manifest } from "./manifest.ts";
import { type PullOptions, type PullProgress, pullModel } from "./pull.ts";

let dataDir: string;
let folder: string;
let manifest: Manifest;
let hub: FakeHub;
let told: PullProgress[];

const TEXT = "onnx/text_model.onnx";
const VISION = "onnx/vision_model.onnx";

beforeEach(async () => {
	dataDir = await mkdtemp(join(tmpdir(), "tagalong-pull-"));
	folder = join(dataDir, "models", "paired");
	const model = hubModel();
	manifest = model.manifest;
	hub = await startFakeHub(manifest, model.files);
	told = [];
});

afterEach(async () => {
	await hub.close();
	await rm(dataDir, { recursive: true });
});

function options(more: Partial<PullOptions> = {}): PullOptions {
	return {
		dataDir,
		env: { HF_ENDPOINT: hub.endpoint },
		retryDelays: [1, 1],
		onProgress: (progress) => told.push(progress),
		...more,
	};
}

/** The hub's file at a path; a test that changes it changes what the hub does. */
function onHub(path: string) {
	const file = hub.files[path];
	if (!file) throw new Error(`the hub has no ${path}`);
	return file;
}

/** The sentence that a person reads when the pull fails. */
async function failure(pull: Promise<unknown>): Promise<string> {
	const error = await pull.then(
		() => new Error("the pull succeeded"),
		(reason: unknown) => reason,
	);
	if (!(error instanceof UserError)) throw error;
	return error.sentence;
}

/** Once this many bytes of a file are here, does something, once. */
function whenHere(file: string, bytes: number, act: () => void): (progress: PullProgress) => void {
	let acted = false;
	return (progress) => {
		told.push(progress);
		if (acted || progress.kind !== "bytes" || progress.file !== file || progress.done < bytes) return;
		acted = true;
		act();
	};
}

const rangesAskedFor = (path: string) => hub.seen.filter((request) => request.file === path).map(({ range }) => range);

async function expectWholeModel(): Promise<void> {
	expect((await readdir(folder)).sort()).toEqual(["text_model.onnx", "tokenizer.json", "vision_model.onnx"]);
	for (const [path, { content }] of Object.entries(hub.files)) {
		expect(sha256(await readFile(join(folder, path.replace("onnx/", ""))))).toBe(sha256(content));
	}
}

describe("a pull", () => {
	it("brings every file, where the model is then found", async () => {
		const folders = { modelsDir: join(packageRoot, "models"), dataDir };
		await expect(locateModel(manifest, folders)).rejects.toMatchObject({
			sentence: "The model paired isn't here yet. Run `tagalong models pull paired` (805 kB).",
		});
		expect(await pullModel(manifest, options())).toEqual([
			{ file: "tokenizer.json", bytes: 5_000, outcome: "downloaded" },
			{ file: "text_model.onnx", bytes: 300_000, outcome: "downloaded" },
			{ file: "vision_model.onnx", bytes: 500_000, outcome: "downloaded" },
		]);
		await expectWholeModel();
		expect((await locateModel(manifest, folders)).image).toBe(join(folder, "vision_model.onnx"));
	});

	it("tells how far it is, from nothing to the whole file", async () => {
		await pullModel(manifest, options());
		const bytes = told.filter((progress) => progress.kind === "bytes");
		const vision = bytes.filter(({ file }) => file === "vision_model.onnx");
		expect(vision.every(({ total }) => total === 500_000)).toBe(true);
		expect(vision[0]?.done).toBe(0);
		expect(vision.at(-1)?.done).toBe(500_000);
		expect(vision.map(({ done }) => done)).toEqual(vision.map(({ done }) => done).sort((a, b) => a - b));
	});

	it("takes a file whose size isn't known before", async () => {
		delete manifest.image.model.bytes;
		onHub(VISION).chunked = true;
		await pullModel(manifest, options());
		await expectWholeModel();
	});

	it("asks for nothing that is here and right", async () => {
		await pullModel(manifest, options());
		hub.seen.length = 0;
		const outcomes = (await pullModel(manifest, options())).map(({ outcome }) => outcome);
		expect(outcomes).toEqual(["present", "present", "present"]);
		expect(hub.seen).toEqual([]);
	});

	it("replaces a file that is damaged, and no other", async () => {
		await pullModel(manifest, options());
		await writeFile(join(folder, "vision_model.onnx"), "damaged");
		hub.seen.length = 0;
		const outcomes = (await pullModel(manifest, options())).map(({ outcome }) => outcome);
		expect(outcomes).toEqual(["present", "present", "downloaded"]);
		expect(new Set(hub.seen.map(({ file }) => file))).toEqual(new Set([VISION]));
		await expectWholeModel();
	});

	it("gives a file its name only once its hash is right", async () => {
		onHub(VISION).stops = [400_000];
		let atTheStop: string[] = [];
		const looking = whenHere("vision_model.onnx", 400_000, async () => {
			atTheStop = await readdir(folder);
			hub.release();
		});
		await pullModel(manifest, options({ onProgress: looking }));
		expect(atTheStop).toContain("vision_model.onnx.part");
		expect(atTheStop).not.toContain("vision_model.onnx");
		await expectWholeModel();
	});

	it("of a model that ships with Tagalong has nothing to do", async () => {
		const { repository: _, ...shipped } = manifest;
		expect(await pullModel(shipped, options())).toEqual([]);
	});
});

describe("a cut connection", () => {
	it("is taken up where it broke off", async () => {
		onHub(VISION).stops = [200_000];
		const cutting = whenHere("vision_model.onnx", 200_000, () => hub.cut());
		const pulled = await pullModel(manifest, options({ onProgress: cutting }));
		expect(pulled.at(-1)).toEqual({ file: "vision_model.onnx", bytes: 500_000, outcome: "resumed" });
		// Hub and CDN were asked twice: for everything, then for the rest.
		expect(rangesAskedFor(VISION)).toEqual([undefined, undefined, "bytes=200000-", "bytes=200000-"]);
		expect(told.filter(({ kind }) => kind === "retry")).toHaveLength(1);
		await expectWholeModel();
	});

	it("starts over where the server ignores ranges", async () => {
		onHub(VISION).stops = [200_000];
		onHub(VISION).ignoresRanges = true;
		const cutting = whenHere("vision_model.onnx", 200_000, () => hub.cut());
		const pulled = await pullModel(manifest, options({ onProgress: cutting }));
		expect(pulled.at(-1)?.outcome).toBe("downloaded");
		expect(rangesAskedFor(VISION)).toContain("bytes=200000-");
		await expectWholeModel();
	});

	it("may break as often as it likes while it brings something", async () => {
		onHub(VISION).stops = [100_000, 200_000, 300_000, 400_000, 450_000];
		const cuttingAlways = (progress: PullProgress) => {
			if (progress.kind === "bytes" && [100_000, 200_000, 300_000, 400_000, 450_000].includes(progress.done)) hub.cut();
		};
		await pullModel(manifest, options({ onProgress: cuttingAlways, retryDelays: [1] }));
		await expectWholeModel();
	});

	it("that brings nothing, three times in a row, ends with how to go on; the next pull goes on", async () => {
		onHub(VISION).stops = [200_000, 0, 0, 0];
		// The first try brings something, so two pauses are left; then the tries that bring nothing use them up.
		const cutting = whenHere("vision_model.onnx", 200_000, () => hub.cut());
		expect(await failure(pullModel(manifest, options({ onProgress: cutting })))).toMatch(
			/^The download of vision_model\.onnx broke off after 200 kB: .+\. Run `tagalong models pull paired` again: it goes on where it stopped\.$/,
		);
		expect(await readdir(folder)).toEqual(["text_model.onnx", "tokenizer.json", "vision_model.onnx.part"]);
		onHub(VISION).stops = [];
		hub.seen.length = 0;
		expect((await pullModel(manifest, options())).at(-1)?.outcome).toBe("resumed");
		expect(rangesAskedFor(VISION)).toEqual(["bytes=200000-", "bytes=200000-"]);
		await expectWholeModel();
	});

	it("and a part of another file are told apart by the hash", async () => {
		await mkdir(folder, { recursive: true });
		await writeFile(join(folder, "vision_model.onnx.part"), Buffer.alloc(1_000));
		expect(await failure(pullModel(manifest, options()))).toMatch(/^vision_model\.onnx is not the file .+Pull again/);
		await pullModel(manifest, options());
		await expectWholeModel();
	});

	it("after the last byte needs no other request for the file", async () => {
		await mkdir(folder, { recursive: true });
		await writeFile(join(folder, "vision_model.onnx.part"), onHub(VISION).content);
		await pullModel(manifest, options());
		expect(rangesAskedFor(VISION)).toEqual([]);
		await expectWholeModel();
	});

	it("leaves no part that is longer than the file: it is fetched anew", async () => {
		delete manifest.image.model.bytes;
		await mkdir(folder, { recursive: true });
		await writeFile(join(folder, "vision_model.onnx.part"), Buffer.alloc(600_000));
		await pullModel(manifest, options());
		expect(rangesAskedFor(VISION)).toEqual(["bytes=600000-", "bytes=600000-", undefined, undefined]);
		await expectWholeModel();
	});
});

describe("a hub that fails", () => {
	it("with 503 is asked again", async () => {
		onHub(TEXT).statuses = [503, 429];
		await pullModel(manifest, options());
		const host = new URL(hub.endpoint).host;
		expect(told.filter(({ kind }) => kind === "retry")).toEqual([
			{ kind: "retry", file: "text_model.onnx", why: `${host} answered 503` },
			{ kind: "retry", file: "text_model.onnx", why: `${host} answered 429` },
		]);
		await expectWholeModel();
	});

	it("with 500 every time is given up with its words", async () => {
		onHub(TEXT).statuses = [500, 500, 500];
		expect(await failure(pullModel(manifest, options()))).toBe(
			`The download of text_model.onnx broke off after 0 bytes: ${new URL(hub.endpoint).host} answered 500. ` +
				"Run `tagalong models pull paired` again: it goes on where it stopped.",
		);
	});

	it("to answer at all is named", async () => {
		await hub.close();
		expect(await failure(pullModel(manifest, options({ retryDelays: [] })))).toMatch(
			/^The download of tokenizer\.json broke off after 0 bytes: connect ECONNREFUSED 127\.0\.0\.1:\d+\. Run /,
		);
		hub = await startFakeHub(manifest, {});
	});

	it("with 404 is told apart, and not asked again", async () => {
		delete hub.files[VISION];
		expect(await failure(pullModel(manifest, options()))).toBe(
			`${new URL(hub.endpoint).host} has no onnx/vision_model.onnx in someone/paired at revision 0123456789ab (404). ` +
				"If HF_ENDPOINT names a mirror, check that it has this repository; otherwise update Tagalong.",
		);
		expect(rangesAskedFor(VISION)).toHaveLength(1);
	});

	it("without the repository is told apart from one that is gated", async () => {
		manifest.repository = { id: "someone/gone", revision: "0123456789abcdef0123456789abcdef01234567" };
		expect(await failure(pullModel(manifest, options()))).toContain(
			"has no tokenizer.json in someone/gone at revision 0123456789ab (401). If HF_ENDPOINT names a mirror, ",
		);
	});

	it("has an address that is none", async () => {
		expect(await failure(pullModel(manifest, options({ env: { HF_ENDPOINT: "hub" } })))).toBe(
			"HF_ENDPOINT is not an http or https address (it is “hub”). Correct it or unset it.",
		);
	});
});

describe("a file that is not the pinned one", () => {
	it("has both hashes named and is not kept", async () => {
		const pinned = manifest.image.model.sha256;
		const other = Buffer.alloc(500_000, 7);
		onHub(VISION).content = other;
		onHub(VISION).claimedSha256 = pinned;
		expect(await failure(pullModel(manifest, options()))).toBe(
			`vision_model.onnx is not the file that the manifest pins: sha256 ${sha256(other)} instead of ${pinned}. ` +
				"Nothing was kept. Pull again; if it stays so, the file on the hub or mirror has changed.",
		);
		expect(await readdir(folder)).toEqual(["text_model.onnx", "tokenizer.json"]);
	});

	it("is refused before its bytes are fetched where the hub itself names another hash", async () => {
		const claimed = "a".repeat(64);
		onHub(VISION).claimedSha256 = claimed;
		expect(await failure(pullModel(manifest, options()))).toContain(
			`sha256 ${claimed} instead of ${manifest.image.model.sha256}`,
		);
		expect(told.filter((progress) => progress.kind === "bytes" && progress.file === "vision_model.onnx")).toEqual([]);
		expect(await readdir(folder)).toEqual(["text_model.onnx", "tokenizer.json"]);
	});

	it.each([
		["announced", false, "500,001"],
		["only seen while it comes", true, "500,001"],
	])("has both sizes named, %s", async (_, chunked, size) => {
		const file = onHub(VISION);
		file.claimedSha256 = sha256(file.content);
		file.content = Buffer.concat([file.content, Buffer.from("x")]);
		file.chunked = chunked;
		expect(await failure(pullModel(manifest, options()))).toBe(
			`vision_model.onnx is not the file that the manifest pins: ${size} bytes instead of 500,000. ` +
				"Nothing was kept. Pull again; if it stays so, the file on the hub or mirror has changed.",
		);
		expect(await readdir(folder)).toEqual(["text_model.onnx", "tokenizer.json"]);
	});
});

describe("a gated repository", () => {
	beforeEach(() => {
		for (const file of Object.values(hub.files)) file.gated = true;
	});

	it("says where its terms are and that a token is needed", async () => {
		expect(await failure(pullModel(manifest, options()))).toBe(
			"The hub refuses someone/paired (401): it is gated or private. " +
				`Accept its terms on ${hub.endpoint}/someone/paired, then set HF_TOKEN to a token of that account.`,
		);
		expect(hub.seen).toHaveLength(1);
	});

	it("says when the token doesn't open it, without showing the token", async () => {
		const sentence = await failure(
			pullModel(manifest, options({ env: { HF_ENDPOINT: hub.endpoint, HF_TOKEN: "hf_other" } })),
		);
		expect(sentence).toContain("(403): it is gated or private, and HF_TOKEN doesn't open it.");
		expect(sentence).not.toContain("hf_other");
	});

	it("opens with the right token, which never follows a redirect to another host", async () => {
		await pullModel(manifest, options({ env: { HF_ENDPOINT: `${hub.endpoint}/`, HF_TOKEN: `${RIGHT_TOKEN}\n` } }));
		await expectWholeModel();
		const sent = (host: string) => hub.seen.filter((request) => request.host === host);
		expect(sent("hub").map(({ authorization }) => authorization)).toEqual(Array(3).fill(`Bearer ${RIGHT_TOKEN}`));
		expect(sent("cdn").map(({ authorization }) => authorization)).toEqual([undefined, undefined]);
	});
});

describe("a pull that may not be", () => {
	it.each(["1", "true", "YES"])("offline (HF_HUB_OFFLINE=%s) makes no request", async (value) => {
		const env = { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: value };
		expect(await failure(pullModel(manifest, options({ env })))).toBe(
			"The model paired can't be pulled: HF_HUB_OFFLINE is set. Unset it, or copy the files from a machine that has them.",
		);
		expect(hub.seen).toEqual([]);
	});

	it("offline is content with a model that is here", async () => {
		await pullModel(manifest, options());
		const env = { HF_ENDPOINT: hub.endpoint, HF_HUB_OFFLINE: "1" };
		expect(await pullModel(manifest, options({ env }))).toHaveLength(3);
	});

	it("of a restricted model waits for its licence to be accepted", async () => {
		const restricted = { ...manifest, licence: "apple-amlr", licenceMustBeAccepted: true };
		expect(await failure(pullModel(restricted, options()))).toBe(
			"The model paired is under the licence apple-amlr, which restricts its use. " +
				`Read it on ${hub.endpoint}/someone/paired, then run \`tagalong models pull paired --accept-licence\`.`,
		);
		expect(hub.seen).toEqual([]);
		expect(await pullModel(restricted, options({ acceptLicence: true }))).toHaveLength(3);
	});
});

describe("a full disk", () => {
	it("is seen before anything is fetched, where sizes are known", async () => {
		manifest.image.model.bytes = 5e15;
		expect(await failure(pullModel(manifest, options()))).toMatch(
			/^The disk is too full: 5000 TB are needed in .+paired, and [\d.]+ [kMGT]B are free\. Make room, or set TAGALONG_DATA_DIR to a folder on another disk, and pull again\.$/,
		);
		expect(hub.seen).toEqual([]);
	});

	// Writing to /dev/full fails as a full disk does.
	it.skipIf(!existsSync("/dev/full"))("is told in words when it fills up on the way, and not tried again", async () => {
		await mkdir(folder, { recursive: true });
		await symlink("/dev/full", join(folder, "vision_model.onnx.part"));
		expect(await failure(pullModel(manifest, options()))).toMatch(
			/^The disk is too full: 500 kB are needed in .+paired, and .+ are free\. Make room, /,
		);
		expect(rangesAskedFor(VISION)).toEqual([undefined, undefined]);
		expect(await readdir(folder)).toEqual(["text_model.onnx", "tokenizer.json", "vision_model.onnx.part"]);
	});

	it("or a data folder that is none is named", async () => {
		const file = join(dataDir, "a-file");
		await writeFile(file, "");
		expect(await failure(pullModel(manifest, options({ dataDir: file })))).toBe(
			`Nothing can be written in ${file} (ENOTDIR). Correct its permissions, or set TAGALONG_DATA_DIR to another folder.`,
		);
	});
});

describe("two pulls of a model at once", () => {
	it("wait for each other: the second finds what the first brought", async () => {
		onHub(VISION).stops = [100_000];
		const second: PullProgress[] = [];
		let pulledSecond: ReturnType<typeof pullModel> | undefined;
		const meanwhile = whenHere("vision_model.onnx", 100_000, () => {
			const onProgress = (progress: PullProgress) => {
				second.push(progress);
				if (progress.kind === "waiting") hub.release();
			};
			pulledSecond = pullModel(manifest, options({ onProgress }));
		});
		const first = await pullModel(manifest, options({ onProgress: meanwhile }));
		expect(first.map(({ outcome }) => outcome)).toEqual(["downloaded", "downloaded", "downloaded"]);
		expect((await pulledSecond)?.map(({ outcome }) => outcome)).toEqual(["present", "present", "present"]);
		expect(second[0]).toEqual({ kind: "waiting" });
		expect(hub.seen.filter(({ host }) => host === "hub")).toHaveLength(3);
		await expectWholeModel();
	});

	it("in two processes wait too; one that is killed leaves its part to the other at once", async () => {
		onHub(VISION).stops = [100_000];
		const other = await pullInAnotherProcess();
		let waits = 0;
		const onProgress = (progress: PullProgress) => {
			told.push(progress);
			if (progress.kind !== "waiting") return;
			waits++;
			other.kill("SIGKILL");
		};
		const pulled = await pullModel(manifest, options({ onProgress }));
		expect(waits).toBe(1);
		expect(pulled.map(({ outcome }) => outcome)).toEqual(["present", "present", "resumed"]);
		expect(rangesAskedFor(VISION).at(-1)).toBe("bytes=100000-");
		await expectWholeModel();
	});

	it("of which one stopped long ago, on another machine, need no waiting", async () => {
		await mkdir(folder, { recursive: true });
		const lock = join(folder, ".pull.lock");
		await writeFile(lock, "1 another-machine");
		const longAgo = new Date(Date.now() - 3_600_000);
		await utimes(lock, longAgo, longAgo);
		await pullModel(manifest, options());
		expect(told.filter(({ kind }) => kind === "waiting")).toEqual([]);
		await expectWholeModel();
	});
});

/** Starts pulling in a process of its own; resolves once 100,000 bytes of the image tower are there. */
async function pullInAnotherProcess() {
	const script = join(dataDir, "pull.cjs");
	await build({
		stdin: {
			contents: `
				import { pullModel } from "./src/model/pull.ts";
				const { manifest, dataDir, endpoint } = JSON.parse(process.argv[2]);
				const onProgress = (progress) => process.stdout.write(JSON.stringify(progress) + "\\n");
				pullModel(manifest, { dataDir, env: { HF_ENDPOINT: endpoint }, onProgress });
			`,
			resolveDir: packageRoot,
		},
		bundle: true,
		platform: "node",
		format: "cjs",
		outfile: script,
	});
	const given = JSON.stringify({ manifest, dataDir, endpoint: hub.endpoint });
	const child = spawn(process.execPath, [script, given], { stdio: ["ignore", "pipe", "inherit"] });
	for await (const line of createInterface(child.stdout)) {
		const progress: PullProgress = JSON.parse(line);
		if (progress.kind === "bytes" && progress.file === "vision_model.onnx" && progress.done >= 100_000) return child;
	}
	throw new Error("the other process pulled nothing");
}
