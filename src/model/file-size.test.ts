import { expect, it } from "vitest";
import { formatBytes } from "./file-size.ts";

it.each([
	[0, "0 bytes"],
	[512, "512 bytes"],
	[999, "999 bytes"],
	[1_000, "1.0 kB"],
	[9_949, "9.9 kB"],
	[9_950, "10 kB"],
	[999_499, "999 kB"],
	[999_500, "1.0 MB"],
	[607_968_381, "608 MB"],
	[1_535_640_448, "1.5 GB"],
	[5e15, "5000 TB"],
])("%i bytes read as %s", (bytes, words) => {
	expect(formatBytes(bytes)).toBe(words);
});
