import { copyFile, mkdir, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Command } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fixturesDir } from "../../test/support/models.ts";
import { calibrateCommand } from "./calibrate.ts";
import { evalCommand } from "./eval.ts";

let folder: string;
let dataDir: string;
let sets: string;
let out: string;
let err: string;

const photos = {
	cat: "chelsea.png",
	"cup of coffee": "coffee.png",
	rocket: "rocket.jpg",
	flower: "flower.jpg",
	temple: "china.jpg",
	astronaut: "astronaut.png",
};

beforeEach(async () => {
	const home = await mkdtemp(join(tmpdir(), "tagalong-eval-"));
	folder = join(home, "photos");
	dataDir = join(home, "data");
	sets = join(home, "sets.json");
	for (const [label, photo] of Object.entries(photos)) {
		await mkdir(join(folder, label), { recursive: true });
		await copyFile(join(fixturesDir, "photos", photo), join(folder, label, photo));
	}
	await writeFile(sets, JSON.stringify({ mixed: { cat: ["cat"], rocket: ["rocket"], flower: ["flower"] } }));
	vi.stubEnv("TAGALONG_DATA_DIR", dataDir);
	vi.stubEnv("TAGALONG_MODEL", undefined);
	vi.stubEnv("TAGALONG_DEVICE", "cpu");
	out = "";
	err = "";
	vi.spyOn(process.stdout, "write").mockImplementation((text) => {
		out += text;
		return true;
	});
	vi.spyOn(process.stderr, "write").mockImplementation((text) => {
		err += text;
		return true;
	});
});

afterEach(() => {
	vi.restoreAllMocks();
	vi.unstubAllEnvs();
	process.exitCode = undefined;
});

const run = (command: Command, ...args: string[]) => command.exitOverride().parseAsync(args, { from: "user" });

describe("eval", () => {
	it("measures a folder whose folders name the labels", async () => {
		await run(evalCommand(), folder, "--label-sets", sets, "--json");
		const result = JSON.parse(out);
		expect(Object.keys(result)).toEqual([
			...["model", "images", "accuracy", "top5", "ece", "perClass", "confusion"],
			"sets",
		]);
		expect(result).toMatchObject({ images: 6, accuracy: 5 / 6, top5: 1 });
		expect(result.model).toMatch(/^starter@[0-9a-f]{12}$/);
		expect(result.ece).toBeGreaterThan(0);
		expect(result.ece).toBeLessThan(1);
		expect(result.confusion.labels).toEqual(Object.keys(photos).sort());
		expect(result.perClass).toContainEqual({ label: "cat", images: 1, accuracy: 1 });
		expect(result.sets.mixed).toMatchObject({ insiders: 3, outsiders: 3, accuracy: 1 });
		expect(result.sets.mixed.noneAuroc).toBeGreaterThan(0.8);
		expect(err).toBe("");
	});

	it("says the same in words, limited to so many images a label", async () => {
		await copyFile(join(folder, "cat", photos.cat), join(folder, "cat", "again.png"));
		await run(evalCommand(), folder, "--limit", "1");
		expect(out).toContain("6 images, 6 labels");
		expect(out).toContain("right 83.3 %");
		expect(out).toContain("astronaut → rocket: 1");
	});

	it("leaves out what can't be read, says so and exits with 1", async () => {
		await writeFile(join(folder, "cat", "notes.txt"), "not an image");
		await writeFile(join(folder, "cat", ".DS_Store"), "hidden");
		await run(evalCommand(), folder, "--json");
		expect(JSON.parse(out).images).toBe(6);
		expect(err.split("\n")).toEqual([expect.stringContaining("notes.txt"), ""]);
		expect(process.exitCode).toBe(1);
	});

	it("says which folders of the label sets aren't there", async () => {
		await writeFile(sets, JSON.stringify({ pets: { cat: ["cat"], dog: ["colie"] } }));
		await run(evalCommand(), folder, "--label-sets", sets, "--json");
		expect(err).toContain("1 folders that aren't there: colie");
	});

	it("refuses a folder that is none, or holds no labels, in words", async () => {
		await expect(run(evalCommand(), "nowhere")).rejects.toThrow("The folder nowhere can't be listed.");
		await expect(run(evalCommand(), join(folder, "cat"))).rejects.toThrow("holds no folders");
		const empty = join(folder, "..", "empty");
		await mkdir(join(empty, "cat"), { recursive: true });
		await expect(run(evalCommand(), empty)).rejects.toThrow("hold no readable images");
	});

	it("refuses a limit that is no number", async () => {
		await expect(run(evalCommand(), folder, "--limit", "0")).rejects.toThrow("whole number");
		expect(err).toContain("--limit");
	});
});

describe("calibrate", () => {
	it("fits one half, reports the other, and keeps the result for the model", async () => {
		await run(calibrateCommand(), folder, "--label-sets", sets, "--json");
		const result = JSON.parse(out);
		expect(result.folders).toEqual({ fitted: 3, reported: 3 });
		expect(result.calibration).toMatchObject({ temperature: expect.any(Number), none: { a: expect.any(Number) } });
		expect(result.calibration.none.a).toBeGreaterThan(0);
		expect(result.fitted.insiders + result.reported.insiders).toBe(3);
		expect(basename(result.kept)).toBe(`${result.model}.json`);
		expect(JSON.parse(await readFile(result.kept, "utf8"))).toEqual(result.calibration);
	});

	it("repeats itself for the same seed, and takes what was kept for the next answers", async () => {
		await run(calibrateCommand(), folder, "--label-sets", sets, "--seed", "1", "--json");
		const { calibration, sets: before } = JSON.parse(out);
		out = "";
		await run(calibrateCommand(), folder, "--label-sets", sets, "--seed", "1", "--json");
		expect(JSON.parse(out).calibration).toEqual(calibration);
		out = "";
		await run(evalCommand(), folder, "--label-sets", sets, "--json");
		expect(JSON.parse(out).sets.mixed.ece).toBeCloseTo(before.mixed.all.ece, 6);
	});

	it("needs images that a label fits and images that none fits", async () => {
		await writeFile(sets, JSON.stringify({ all: { thing: Object.keys(photos) } }));
		await expect(run(calibrateCommand(), folder, "--label-sets", sets)).rejects.toThrow("Half of these folders has");
	});

	it("says that it needs label sets", async () => {
		await expect(run(calibrateCommand(), folder)).rejects.toThrow("--label-sets");
	});
});
