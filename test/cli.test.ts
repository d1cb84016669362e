/** The built program, as a person or another program runs it (`npm test` builds it first). */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { packageRoot } from "../src/package-root.ts";
import { lockFolder } from "../src/store/folder-lock.ts";
import { dot, fixturesDir, photo } from "./support/models.ts";

const program = join(packageRoot, "dist", "src", "cli", "main.js");
const path = (name: string) => join(fixturesDir, "photos", name);
/** A home of its own, so that no `.env` and no data folder of whoever runs the tests counts. */
let home: string;

beforeAll(async () => {
	home = await mkdtemp(join(tmpdir(), "tagalong-cli-"));
});
afterAll(() => rm(home, { recursive: true }));

interface Ended {
	code: number | null;
	out: string;
	err: string;
	/** What was printed to stderr, line by line. */
	lines: string[];
}

function start(args: string[], env: Record<string, string> = {}) {
	const own = Object.entries(process.env).filter(
		([name]) => !/^(TAGALONG_|HF_|PORT$|HOST$|LOG_LEVEL$|DATABASE_URL$|REDIS_)/.test(name),
	);
	return spawn(process.execPath, [program, ...args], {
		cwd: home,
		env: { ...Object.fromEntries(own), TAGALONG_DEVICE: "cpu", ...env },
	});
}

async function tagalong(args: string[], env?: Record<string, string>): Promise<Ended> {
	const child = start(args, env);
	let out = "";
	let err = "";
	child.stdout.setEncoding("utf8").on("data", (text) => {
		out += text;
	});
	child.stderr.setEncoding("utf8").on("data", (text) => {
		err += text;
	});
	const [code] = await once(child, "close");
	return { code, out, err, lines: err.split("\n").slice(0, -1) };
}

interface Result {
	image: string;
	none: number;
	scores: { label: string; probability: number }[];
	error?: { code: string; message: string };
}

/** Classifies with --json. */
async function classify(labels: string, photos: string[], ...more: string[]) {
	const ended = await tagalong(["classify", ...photos.map(path), "--labels", labels, "--json", ...more]);
	const { model, results }: { model: string; results: Result[] } = JSON.parse(ended.out);
	return { ...ended, model, results };
}

describe("tagalong classify", () => {
	it("puts each photo's own label first, and above none for at least four of five", async () => {
		const photos = ["chelsea.png", "coffee.png", "rocket.jpg", "flower.jpg", "china.jpg"];
		const own = ["cat", "cup of coffee", "rocket", "flower", "temple"];
		const { code, err, model, results } = await classify(own.join(", "), photos);
		expect(code).toBe(0);
		expect(err, "neither a remark nor, in a pipe, a progress bar").toBe("");
		expect(model).toMatch(/^starter@[0-9a-f]{12}$/);
		expect(results.map(({ image }) => image)).toEqual(photos.map(path));
		expect(results.map(({ scores }) => scores[0]?.label)).toEqual(own);
		const above = results.filter(({ scores, none }) => (scores[0]?.probability ?? 0) > none);
		expect(above.length).toBeGreaterThanOrEqual(4);

		for (const result of results) {
			expect(Object.keys(result)).toEqual(["image", "none", "scores"]);
			const probabilities = result.scores.map(({ probability }) => probability);
			expect(probabilities).toEqual(probabilities.toSorted((a, b) => b - a));
			expect(probabilities.reduce((sum, one) => sum + one, result.none)).toBeCloseTo(1, 9);
		}
	});

	it("sees an astronaut before a dog, a car and a tree", async () => {
		const { results } = await classify("astronaut, dog, car, tree", ["astronaut.png"]);
		expect(results[0]?.scores[0]?.label).toBe("astronaut");
	});

	it("says “none of these” of at least four of six photos that no label fits", async () => {
		const photos = ["astronaut.png", "chelsea.png", "china.jpg", "coffee.png", "flower.jpg", "rocket.jpg"];
		const { results } = await classify("submarine, violin", photos);
		expect(results.filter(({ none }) => none > 0.5).length).toBeGreaterThanOrEqual(4);
	});

	it("judges each label alone in --mode many, with templates of one's own", async () => {
		const templates = ["--template", "a photo of a {}, an animal", "--template", "a {}"];
		const { results } = await classify("cat, kitten, dog", ["chelsea.png"], "--mode", "many", ...templates);
		const [first, second] = results[0]?.scores ?? [];
		expect([first?.label, second?.label].sort()).toEqual(["cat", "kitten"]);
		expect((first?.probability ?? 0) + (second?.probability ?? 0)).toBeGreaterThan(1);
		expect(results[0]?.none).toBeCloseTo(1 - (first?.probability ?? 0), 9);
	});

	it("draws the answer for people, and says on stderr what it may not know", async () => {
		const { code, out, lines } = await tagalong(["classify", path("chelsea.png"), "--labels", "dog, cat, дом"]);
		expect(code).toBe(0);
		const rows = out.split("\n");
		expect(rows[0]).toBe(path("chelsea.png"));
		expect(rows[1]).toMatch(/^ {2}cat {12}█+·* {2} \d\d\.\d %$/);
		expect(rows.slice(1).filter((row) => row.endsWith("%"))).toHaveLength(4);
		expect(out).toContain("none of these");
		expect(lines).toEqual([expect.stringMatching(/^I may not know “дом”.* siglip2-base-patch16-224 reads/)]);
	});
});

describe("images that can't be read", () => {
	let origin: string;
	const server = createServer(async (request, response) => {
		if (request.url === "/chelsea.png") response.end(await photo("chelsea.png"));
		else response.writeHead(404).end();
	});
	// A connection that the program doesn't end would keep it running for longer than a test may.
	server.keepAliveTimeout = 300_000;

	beforeAll(async () => {
		await once(server.listen(0, "127.0.0.1"), "listening");
		// A server that listens on a TCP port has an AddressInfo; only pipes have a string.
		origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		await writeFile(join(home, ".env"), `TAGALONG_TRUSTED_IMAGE_ORIGINS=${origin}\n`);
		await writeFile(join(home, "empty.png"), "");
		await writeFile(join(home, "page.jpg"), "<!doctype html><title>Not found</title>");
		await writeFile(join(home, "cut.jpg"), (await photo("rocket.jpg")).subarray(0, 20_000));
		await writeFile(join(home, "large.png"), Buffer.alloc(26 * 2 ** 20));
	});
	afterAll(async () => {
		await rm(join(home, ".env"));
		server.closeAllConnections();
		server.close();
	});

	it("lose no other: each has its error in its place, and the exit code is 1", async () => {
		const bad: [image: string, code: string, message: string][] = [
			["nowhere.png", "image.no-file", "There is no such file. Check the path."],
			[".", "image.no-file", "It is a folder. Check the path."],
			["empty.png", "image.empty", "The file is empty (0 bytes). Post it again."],
			["page.jpg", "image.format", expect.stringContaining("web page")],
			["cut.jpg", "image.damaged", expect.stringContaining("This JPEG image is cut short or damaged.")],
			["large.png", "image.too-large", expect.stringContaining("at most 25 MB are read.")],
			[`${origin}/none.png`, "fetch.not-found", expect.stringContaining("has nothing at this address (404)")],
			["https://127.0.0.1/a.png", "fetch.private-address", expect.stringContaining("not on the public internet")],
			["http://example.org/a.png", "fetch.not-https", expect.stringContaining("images are fetched by https only")],
		];
		const images = [path("chelsea.png"), ...bad.map(([image]) => image), `${origin}/chelsea.png`];
		const { code, out, lines } = await tagalong(["classify", ...images, "--labels", "cat, dog", "--json"]);
		expect(code).toBe(1);
		const { results }: { results: Result[] } = JSON.parse(out);
		expect(results.map(({ image }) => image)).toEqual(images);
		expect(results.slice(1, -1)).toEqual(bad.map(([image, code, message]) => ({ image, error: { code, message } })));
		const [file, fetched] = [results[0], results.at(-1)];
		expect(file?.scores[0]?.label).toBe("cat");
		expect({ ...fetched, image: file?.image }).toEqual(file);

		expect(lines).toHaveLength(bad.length);
		for (const { image, error } of results.slice(1, -1))
			expect(lines).toContain(`tagalong: ${image}: ${error?.message}`);
	});

	it("are embedded around, too", async () => {
		const images = ["nowhere.png", path("chelsea.png")];
		const { code, out } = await tagalong(["embed", ...images, "--json"]);
		expect(code).toBe(1);
		expect(JSON.parse(out)).toEqual({
			model: expect.stringMatching(/^starter@/),
			embeddings: [
				{ input: images[0], error: { code: "image.no-file", message: "There is no such file. Check the path." } },
				{ input: images[1], embedding: expect.any(Array) },
			],
		});
	});
});

describe("tagalong embed", () => {
	it("gives unit vectors of texts and of images in one space", async () => {
		const [texts, images] = await Promise.all([
			tagalong(["embed", "--text", "a photo of a cat.", "a photo of a dog.", "--json"]),
			tagalong(["embed", path("chelsea.png"), "--json"]),
		]);
		expect([texts.code, texts.err, images.code, images.err]).toEqual([0, "", 0, ""]);
		const ofTexts: { model: string; embeddings: { input: string; embedding: number[] }[] } = JSON.parse(texts.out);
		expect(Object.keys(ofTexts)).toEqual(["model", "embeddings"]);
		expect(ofTexts.embeddings.map(({ input }) => input)).toEqual(["a photo of a cat.", "a photo of a dog."]);
		const [cat, dog] = ofTexts.embeddings.map(({ embedding }) => embedding);
		const image: number[] = JSON.parse(images.out).embeddings[0].embedding;
		for (const vector of [cat, dog, image]) {
			expect(vector).toHaveLength(512);
			expect(dot(vector ?? [], vector ?? [])).toBeCloseTo(1, 5);
		}
		expect(dot(cat ?? [], image)).toBeGreaterThan(dot(dog ?? [], image));
	});
});

describe.concurrent("a command line that can't be meant", () => {
	const image = path("chelsea.png");
	const long = "x".repeat(101);
	it.each([
		[["clasify"], "unknown command 'clasify' (Did you mean classify?)"],
		[["classify", image], "required option '--labels <labels>' not specified."],
		[["classify", "--labels", "cat"], "missing required argument 'images'."],
		[["classify", image, "--labels", "cat", "--loud"], "unknown option '--loud'."],
		[["classify", image, "--labels", "cat", "--mode", "some"], "Allowed choices are one, many."],
		[["classify", image, "--labels", " , "], "No labels were given."],
		[["classify", image, "--labels", long], "has 101 characters; a label has at most 100."],
		[["classify", image, "--labels", "cat", "--template", "a photo"], "has no {} for the label."],
		[["embed"], "Give images or --text, one of the two."],
		[["embed", image, "--text", "cat"], "Give images or --text, one of the two."],
		[["models", "pull"], "missing required argument 'name'."],
	])("%j: one line and exit code 2", async (args, words) => {
		const { code, out, lines } = await tagalong(args);
		expect(code).toBe(2);
		expect(out).toBe("");
		expect(lines).toEqual([expect.stringContaining(words)]);
		expect(lines[0]).toMatch(/^tagalong: .+(explains\.|Name at least one, .+|Shorten it\.|Write it like .+)$/);
	});

	it("that is empty gets the help", async () => {
		const { code, out, err } = await tagalong([]);
		expect([code, out]).toEqual([2, ""]);
		expect(err).toContain("Usage: tagalong");
	});
});

describe("what fails", () => {
	const unknown = ["embed", "--text", "cat", "--json"];
	const env = { TAGALONG_MODEL: "clop" };

	it("ends as one line and exit code 1", async () => {
		const { code, out, lines } = await tagalong(unknown, env);
		expect([code, out]).toEqual([1, ""]);
		expect(lines).toEqual(["tagalong: There is no model named “clop”. `tagalong models list` names them."]);
	});

	it.each([
		["before", ["--debug", ...unknown]],
		["after", [...unknown, "--debug"]],
	])("shows where with --debug, %s the command", async (_, args) => {
		const { code, err } = await tagalong(args, env);
		expect(code).toBe(1);
		expect(err).toMatch(/UserError: There is no model named “clop”\.\n {4}at /);
	});

	it("in the configuration is one line a variable", async () => {
		const { code, lines } = await tagalong(unknown, { PORT: "70000", LOG_LEVEL: "loud" });
		expect(code).toBe(1);
		expect(lines).toEqual([
			"tagalong: PORT must be a port from 0 to 65535 (it is “70000”).",
			expect.stringMatching(
				/^tagalong: LOG_LEVEL must be fatal, .* Correct the environment or \.env and start again\.$/,
			),
		]);
	});
});

it("ends in silence when whoever reads its output has had enough", async () => {
	const child = start(["embed", "--text", "cat"]);
	child.stdout.destroy();
	let err = "";
	child.stderr.setEncoding("utf8").on("data", (text) => {
		err += text;
	});
	expect(await once(child, "close")).toEqual([0, null]);
	expect(err).toBe("");
});

it("tells its version", async () => {
	const { version } = JSON.parse(await readFile(join(packageRoot, "package.json"), "utf8"));
	expect(await tagalong(["--version"])).toMatchObject({ code: 0, out: `${version}\n`, err: "" });
});

it("has nothing to prepare for the starter", async () => {
	const { code, err } = await tagalong(["models", "prepare"]);
	expect([code, err]).toEqual([0, "starter is ready: its negatives ship with it.\n"]);
});

describe("tagalong doctor", () => {
	let dataDir: string;
	const examine = async (env: Record<string, string> = {}) => {
		const { code, out, err } = await tagalong(["doctor", "--json"], { TAGALONG_DATA_DIR: dataDir, ...env });
		expect(err).toBe("");
		const { findings }: { findings: { check: string; ok: boolean; message: string }[] } = JSON.parse(out);
		return { code, findings };
	};
	beforeEach(async () => {
		dataDir = await mkdtemp(join(home, "data-"));
	});

	it("finds all well on a fresh machine", async () => {
		const { code, out } = await tagalong(["doctor"], { TAGALONG_DATA_DIR: dataDir });
		expect(code).toBe(0);
		expect(out.split("\n")).toEqual([
			`✓ configuration: well-formed; model starter, data in ${dataDir}.`,
			expect.stringMatching(/^✓ model: Tagalong starter .* encodes an image on the CPU\.$/),
			"✓ can run: `tagalong serve`; `tagalong front`, `gateway` and `worker` would need DATABASE_URL and REDIS_URL.",
			`✓ store: the data folder ${dataDir} answers.`,
			"",
		]);
	});

	it("says what to do about a Postgres that doesn't answer, and never the password", async () => {
		const { code, findings } = await examine({ DATABASE_URL: "postgres://bot:secret@127.0.0.1:1/tagalong" });
		expect(code).toBe(1);
		expect(findings.at(-1)).toEqual({
			check: "store",
			ok: false,
			message:
				"Postgres at 127.0.0.1:1/tagalong can't be reached (connect ECONNREFUSED 127.0.0.1:1). See that it runs, and that DATABASE_URL names it.",
		});
	});

	it("has a finding for each malformed variable", async () => {
		const { code, findings } = await examine({ PORT: "no", TAGALONG_DEVICE: "gpu", TAGALONG_LOCAL_CHAT: "yes" });
		expect(code).toBe(1);
		const next = "Correct the environment or .env and start again.";
		expect(findings).toEqual([
			{ check: "configuration", ok: false, message: `PORT must be a port from 0 to 65535 (it is “no”). ${next}` },
			{
				check: "configuration",
				ok: false,
				message: `TAGALONG_DEVICE must be auto, cpu or cuda (it is “gpu”). ${next}`,
			},
			{ check: "configuration", ok: false, message: `TAGALONG_LOCAL_CHAT must be on or off (it is “yes”). ${next}` },
		]);
	});

	it("says what to do about a model that isn't here and a data folder that is none", async () => {
		await writeFile(join(dataDir, "file"), "");
		const { code, findings } = await examine({
			TAGALONG_MODEL: "clip-vit-base-patch32",
			TAGALONG_DATA_DIR: join(dataDir, "file"),
		});
		expect(code).toBe(1);
		expect(findings.map(({ check, ok }) => [check, ok])).toEqual([
			["configuration", true],
			["model", false],
			["can run", true],
			["store", false],
		]);
		expect(findings[1]?.message).toContain("Run `tagalong models pull clip-vit-base-patch32`");
		expect(findings.at(-1)?.message).toMatch(/can't be written to .* or set TAGALONG_DATA_DIR to another\.$/);
	});

	it("says what to do about a store that is damaged", async () => {
		await mkdir(join(dataDir, "store"));
		const { code, findings } = await examine();
		expect(code).toBe(1);
		expect(findings.at(-1)).toMatchObject({ check: "store", ok: false });
		expect(findings.at(-1)?.message).toContain("Put a backup in its place");
	});

	it("finds nothing wrong with a store that a running Tagalong holds", async () => {
		const unlock = lockFolder(dataDir);
		const { code, findings } = await examine();
		unlock();
		expect(code).toBe(0);
		expect(findings.at(-1)).toEqual({
			check: "store",
			ok: true,
			message: `the data folder ${dataDir} is in use by a running Tagalong; ask its /readyz.`,
		});
	});
});
