import { describe, expect, it } from "vitest";
import { addressOf, readAddress } from "./address.ts";

describe("the page's address", () => {
	it("names a channel, and a message in it, whatever the name is made of", () => {
		for (const channel of ["general", "wild life/2026", "Zürich", "100%"]) {
			expect(readAddress(addressOf(channel))).toEqual({ channel });
			expect(readAddress(addressOf(channel, "01abc"))).toEqual({ channel, message: "01abc" });
		}
	});

	it("is no channel's where it is empty or can't be read", () => {
		expect(readAddress("")).toEqual({ channel: "" });
		expect(readAddress("#%E0%A4%A/1")).toEqual({ channel: "", message: "1" });
	});
});
