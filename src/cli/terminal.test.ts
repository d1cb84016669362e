import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { print, printJson, progressBar, warn } from "./terminal.ts";

let err: string;
const { isTTY } = process.stderr;

beforeEach(() => {
	err = "";
	vi.spyOn(process.stderr, "write").mockImplementation((text) => {
		err += text;
		return true;
	});
});

afterEach(() => {
	vi.restoreAllMocks();
	process.stderr.isTTY = isTTY;
});

it("what steers a terminal is shown and not obeyed, in lines and in JSON that reads the same", () => {
	let out = "";
	vi.spyOn(process.stdout, "write").mockImplementation((text) => {
		out += text;
		return true;
	});
	const name = "\u001b[2J\u009b31m\u0007cat\r\u202egnp.exe\u2069 über 🐱👨‍👩‍👧";
	const shown = "\\u001b[2J\\u009b31m\\u0007cat\\u000d\\u202egnp.exe\\u2069 über 🐱👨‍👩‍👧";
	print(`${name}\tis\nhere`);
	expect(out).toBe(`${shown}\tis\nhere\n`);
	warn(name);
	expect(err).toBe(`${shown}\n`);
	out = "";
	printJson({ [name]: [name] });
	expect(out).not.toMatch(/(?!\n)[\p{Cc}\u202e\u2069]/u);
	expect(JSON.parse(out)).toEqual({ [name]: [name] });
});

/** Erases the line that the cursor is on. */
const erased = "\x1b[2K";

it("a progress bar is drawn on a terminal, and gone at its end", () => {
	process.stderr.isTTY = true;
	const bar = progressBar("Reading labels", 4);
	expect(err).toContain("Reading labels");
	expect(err).toContain("0/4");
	bar.stop();
	expect(err.endsWith(erased)).toBe(true);
});

it("nothing is drawn in a pipe", () => {
	process.stderr.isTTY = false;
	const bar = progressBar("Reading labels", 4);
	bar.update(2);
	bar.stop();
	expect(err).toBe("");
});

it("a bar makes room for words and goes on below them", () => {
	process.stderr.isTTY = true;
	const bar = progressBar("Reading labels", 4);
	bar.update(2);
	warn("careful");
	bar.stop();
	const [above, below] = err.split("careful\n");
	expect(above?.endsWith(erased)).toBe(true);
	expect(below).toContain("2/4");
});
