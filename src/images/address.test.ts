import { describe, expect, test } from "vitest";
import { isPublicAddress } from "./address.ts";

describe("addresses that images may be fetched from", () => {
	test.each([
		"8.8.8.8",
		"172.15.255.255",
		"172.32.0.1",
		"100.128.0.1",
		"2606:4700:4700::1111",
		"2a00:1450:4001:80b::200e",
		// IPv4-mapped, and through NAT64.
		"::ffff:8.8.8.8",
		"64:ff9b::808:808",
	])("%s", (address) => {
		expect(isPublicAddress(address)).toBe(true);
	});
});

describe("addresses that nothing is fetched from", () => {
	test.each([
		["this host", "0.0.0.0"],
		["this network", "0.1.2.3"],
		["loopback", "127.0.0.1"],
		["loopback", "127.255.255.254"],
		["private", "10.0.0.1"],
		["private", "172.16.0.1"],
		["private", "172.31.255.255"],
		["private", "192.168.1.1"],
		["carrier-grade NAT", "100.64.0.1"],
		["link-local: cloud metadata", "169.254.169.254"],
		["protocol assignments: cloud metadata of Oracle", "192.0.0.192"],
		["documentation", "192.0.2.1"],
		["documentation", "198.51.100.1"],
		["documentation", "203.0.113.1"],
		["6to4 relay", "192.88.99.1"],
		["benchmarks", "198.18.0.1"],
		["multicast", "224.0.0.1"],
		["reserved", "240.0.0.1"],
		["broadcast", "255.255.255.255"],
		["unspecified", "::"],
		["loopback", "::1"],
		["link-local", "fe80::1"],
		["link-local with a zone", "fe80::1%eth0"],
		["site-local", "fec0::1"],
		["unique local", "fd00:ec2::254"],
		["multicast", "ff02::1"],
		["documentation", "2001:db8::1"],
		["documentation", "3fff::1"],
		["discard", "100::1"],
		["segment routing", "5f00::1"],
		["not assigned", "4000::1"],
		["IPv4-mapped loopback", "::ffff:127.0.0.1"],
		["IPv4-mapped metadata in hex", "::ffff:a9fe:a9fe"],
		["IPv4-compatible loopback", "::127.0.0.1"],
		["IPv4-compatible public address", "::808:808"],
		["IPv4-translated loopback", "::ffff:0:127.0.0.1"],
		["NAT64 of loopback", "64:ff9b::7f00:1"],
		["NAT64 of a private address", "64:ff9b::10.0.0.1"],
		["local-use NAT64", "64:ff9b:1::8.8.8.8"],
		["6to4 of loopback", "2002:7f00:1::"],
		["6to4 of a public address", "2002:808:808::"],
		["Teredo", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
		["no address", "example.com"],
		["no address", ""],
	])("%s: %s", (_, address) => {
		expect(isPublicAddress(address)).toBe(false);
	});
});
