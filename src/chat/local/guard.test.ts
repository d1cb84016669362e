import { describe, expect, it } from "vitest";
import { isOwnHost } from "./guard.ts";

describe("the Host header of the embedded chat", () => {
	it("may be loopback in any form, with or without a port", () => {
		for (const header of ["localhost", "localhost:3000", "127.0.0.1:3000", "[::1]:3000", "LOCALHOST:1"])
			expect([header, isOwnHost(header, "127.0.0.1")]).toEqual([header, true]);
	});

	it("may be the configured host, by name or number", () => {
		expect(isOwnHost("chat.lan:3000", "chat.lan")).toBe(true);
		expect(isOwnHost("[fd00::1]:3000", "fd00::1")).toBe(true);
	});

	it("may be any number, but no name, when the server listens everywhere", () => {
		expect(isOwnHost("192.168.1.20:3000", "0.0.0.0")).toBe(true);
		expect(isOwnHost("[fd00::1]:3000", "::")).toBe(true);
		expect(isOwnHost("rebound.example:3000", "0.0.0.0")).toBe(false);
	});

	it("may be nothing else", () => {
		const foreign = [
			"",
			"evil.example",
			"localhost.evil.example",
			"evil@localhost",
			"127.0.0.1/x",
			"192.168.1.20:3000",
		];
		for (const header of foreign) expect([header, isOwnHost(header, "127.0.0.1")]).toEqual([header, false]);
	});
});
