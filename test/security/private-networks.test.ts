/** No link leads into a private network, however its host is written and by whatever way it gets there (SSRF). */
import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, test } from "vitest";
import { publicLookup, type Resolve } from "../../src/images/connect.ts";
import { defaultLimits } from "../../src/images/limits.ts";
import { fetcher, privately, sentence, serve } from "../support/image-host.ts";

/** Hosts as someone could write them, and as they are read. */
const hosts: [kind: string, written: string, read: string][] = [
	["loopback", "127.0.0.1", "127.0.0.1"],
	["loopback, another of its addresses", "127.8.8.8", "127.8.8.8"],
	["loopback as one number", "2130706433", "127.0.0.1"],
	["loopback in hexadecimal", "0x7f000001", "127.0.0.1"],
	["loopback in octal", "0177.0.0.1", "127.0.0.1"],
	["loopback as one octal number", "017700000001", "127.0.0.1"],
	["loopback in parts of different bases", "0x7f.1", "127.0.0.1"],
	["loopback, short", "127.1", "127.0.0.1"],
	["loopback in percent-encoding", "%31%32%37.0.0.1", "127.0.0.1"],
	["loopback in wide digits", "１２７.0.0.1", "127.0.0.1"],
	["loopback with wide dots", "127。0。0。1", "127.0.0.1"],
	["loopback with a dot behind it", "127.0.0.1.", "127.0.0.1"],
	["loopback as a number with a dot behind it", "2130706433.", "127.0.0.1"],
	["this host", "0", "0.0.0.0"],
	["link-local: metadata of clouds", "169.254.169.254", "169.254.169.254"],
	["link-local as one number", "2852039166", "169.254.169.254"],
	["private", "10.0.0.1", "10.0.0.1"],
	["private", "172.16.0.1", "172.16.0.1"],
	["private", "192.168.0.1", "192.168.0.1"],
	["private, short", "10.1", "10.0.0.1"],
	["carrier-grade NAT", "100.64.0.1", "100.64.0.1"],
	["broadcast", "255.255.255.255", "255.255.255.255"],
	["loopback, IPv6", "[::1]", "::1"],
	["unspecified, IPv6", "[::]", "::"],
	["IPv4-mapped", "[::ffff:127.0.0.1]", "::ffff:7f00:1"],
	["IPv4-mapped, in full", "[0:0:0:0:0:ffff:a9fe:a9fe]", "::ffff:a9fe:a9fe"],
	["IPv4-compatible", "[::127.0.0.1]", "::7f00:1"],
	["IPv4-translated", "[::ffff:0:127.0.0.1]", "::ffff:0:7f00:1"],
	["NAT64", "[64:ff9b::169.254.169.254]", "64:ff9b::a9fe:a9fe"],
	["NAT64 of local use", "[64:ff9b:1::10.0.0.1]", "64:ff9b:1::a00:1"],
	["6to4", "[2002:7f00:1::]", "2002:7f00:1::"],
	["Teredo", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
	["unique local", "[fd00:ec2::254]", "fd00:ec2::254"],
	["link-local, IPv6", "[fe80::1]", "fe80::1"],
	["multicast, IPv6", "[ff02::1]", "ff02::1"],
	["behind a name and a password", "example.com:pw@127.0.0.1", "127.0.0.1"],
	["behind an encoded name", "example.com%2f@127.0.0.1", "127.0.0.1"],
	["a name of loopback", "localhost", "localhost"],
	["the same in capitals with a dot behind it", "LOCALHOST.", "localhost."],
	["a name that a provider answers with its metadata", "metadata.google.internal", "metadata.google.internal"],
];
/** What every name leads to that is no address. */
const toLoopback: Resolve = async () => [{ address: "127.0.0.1", family: 4 }];

describe.each(hosts)("%s: %s", (_, written, read) => {
	test("is not fetched from, neither when it is given nor when a redirect leads there", async () => {
		const inner = await serve((_, response) => response.end("secret"));
		const target = `https://${written}:${inner.port}/latest/meta-data`;
		// A header holds no other characters.
		const location = target.replace(/[^ -~]/g, encodeURIComponent);
		const outer = await serve((_, response) => response.writeHead(302, { location }).end());
		const { fetchImage } = fetcher({ trustedOrigins: [outer.origin], resolve: toLoopback });
		expect(await sentence(fetchImage(target))).toBe(privately(read));
		expect(await sentence(fetchImage(outer.origin))).toBe(privately(read));
		expect(outer.requests).toEqual(["/"]);
		expect(inner.connections()).toBe(0);
	});
});

describe("a redirect", () => {
	test.each([301, 302, 303, 307, 308])("of status %i into a private network goes nowhere", async (status) => {
		const inner = await serve((_, response) => response.end("secret"));
		const target = `https://127.0.0.1:${inner.port}/`;
		const outer = await serve((_, response) => response.writeHead(status, { location: target }).end());
		const { fetchImage } = fetcher({ trustedOrigins: [outer.origin] });
		expect(await sentence(fetchImage(outer.origin))).toBe(privately("127.0.0.1"));
		expect(inner.connections()).toBe(0);
	});

	test.each([
		["from https to http", "http://images.test/cat.png", "images.test without https"],
		["to a file", "file:///etc/passwd", "file: without https"],
		["to FTP", "ftp://images.test/cat.png", "images.test without https"],
		["to data", "data:image/png;base64,AAAA", "data: without https"],
		["to a script", "javascript:alert(1)", "javascript: without https"],
		["to Gopher", "gopher://127.0.0.1:6379/_FLUSHALL", "127.0.0.1:6379 without https"],
		["to a host without a scheme, from a server on http", "//images.test/cat.png", "images.test without https"],
	])("%s is not followed", async (_, location, words) => {
		const outer = await serve((_, response) => response.writeHead(302, { location }).end());
		const resolve = () => Promise.reject(new Error("nothing should be looked up"));
		const { fetchImage } = fetcher({ trustedOrigins: [outer.origin], resolve });
		expect(await sentence(fetchImage(outer.origin))).toContain(`leads to ${words}`);
	});

	test("that leads back to where it came from ends", async () => {
		const outer = await serve((_, response) => response.writeHead(302, { location: "/" }).end());
		const { fetchImage } = fetcher({ trustedOrigins: [outer.origin] });
		expect(await sentence(fetchImage(outer.origin))).toContain("passed on more than 5 times");
		expect(outer.requests).toHaveLength(6);
	});

	test("without a place to go is an error of the server", async () => {
		const outer = await serve((_, response) => response.writeHead(302).end());
		const { fetchImage } = fetcher({ trustedOrigins: [outer.origin] });
		expect(await sentence(fetchImage(outer.origin))).toContain("answered with an error (302)");
	});
});

test("an origin is trusted as it is written, and no other that looks like it", async () => {
	const trusted = await serve((_, response) => response.end("here"));
	const { fetchImage } = fetcher({ trustedOrigins: [trusted.origin] });
	const { host, port } = trusted;
	expect(Buffer.from(await fetchImage(`http://someone:pw@${host}/`)).toString()).toBe("here");
	for (const other of [`http://localhost:${port}`, `http://127.0.0.2:${port}`, `http://[::ffff:127.0.0.1]:${port}`]) {
		expect(await sentence(fetchImage(other))).toContain("without https");
	}
	expect(trusted.connections()).toBe(1);
});

/** An address of the public range that nobody has: the 6bone's, given back in 2006 (RFC 3701). */
const PUBLIC = "3ffe::1";

/** A name server that is asked for one name after the other, and changes its mind. */
function nameServer(...answers: string[][]) {
	const given: string[][] = [];
	const resolve: Resolve = async () => {
		const answer = answers[given.length] ?? answers.at(-1) ?? [];
		given.push(answer);
		return answer.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
	};
	return { resolve, given };
}

describe("a name", () => {
	test("whose answer changes: the socket connects to the address that was checked, and asks no second time", async () => {
		const { resolve, given } = nameServer([PUBLIC], ["127.0.0.1"]);
		const inner = await serve((_, response) => response.end("secret"));
		const socket = connect({ host: "images.test", port: inner.port, lookup: publicLookup(resolve) });
		socket.on("error", () => {});
		const [ip] = await once(socket, "connectionAttempt");
		socket.destroy();
		expect(ip).toBe(PUBLIC);
		expect(given).toEqual([[PUBLIC]]);
		expect(inner.connections()).toBe(0);
	});

	test("that was public is judged anew at the next connection", async () => {
		const { resolve, given } = nameServer([PUBLIC], ["127.0.0.1"]);
		const inner = await serve((_, response) => response.end("secret"));
		const limits = { ...defaultLimits, maxSeconds: 0.3 };
		const { fetchImage } = fetcher({ resolve, limits });
		const address = `https://rebound.test:${inner.port}/`;
		// Nobody is there, which takes until the time limit where the network has no route, or less.
		expect(await sentence(fetchImage(address))).not.toContain("public internet");
		expect(await sentence(fetchImage(address))).toBe(privately("rebound.test"));
		expect(given).toEqual([[PUBLIC], ["127.0.0.1"]]);
		expect(inner.connections()).toBe(0);
	});

	test.each([
		["a private address last", [PUBLIC, "3ffe::2", "10.0.0.1"]],
		["a private address first", ["169.254.169.254", PUBLIC]],
		["a mapped one among several", [PUBLIC, "::ffff:127.0.0.1"]],
		["what is no address", [PUBLIC, "localhost"]],
	])("with several answers and %s is refused", async (_, answers) => {
		const { resolve } = nameServer(answers);
		expect(await sentence(fetcher({ resolve }).fetchImage("https://many.test/"))).toBe(privately("many.test"));
	});
});

describe("credentials", () => {
	const secret = { authorization: "Bearer xoxb-secret", cookie: "d=secret" };
	/** What a server was sent that could be a secret. */
	function secretsOf(headers: NodeJS.Dict<string | string[]>) {
		return [headers.authorization, headers.cookie, headers["proxy-authorization"], headers.referer];
	}

	test("go to no host that only looks like the platform's", async () => {
		const seen: unknown[] = [];
		const evil = await serve((request, response) => {
			seen.push(secretsOf(request.headers));
			response.end("x");
		});
		const platform = { headers: secret, headersOnlyFor: ["files.slack.com", "cdn.discordapp.com"] };
		const { fetchImage } = fetcher({ trustedOrigins: [evil.origin] });
		for (const address of [
			`http://files.slack.com@${evil.host}/`,
			`http://files.slack.com%2f@${evil.host}/`,
			`http://${evil.host}/files.slack.com`,
			`http://${evil.host}/#files.slack.com`,
			`http://${evil.host}/?https://files.slack.com/`,
		]) {
			await fetchImage(address, platform);
		}
		expect(seen).toEqual(Array(5).fill([undefined, undefined, undefined, undefined]));
	});

	test("follow no redirect to another port of the platform's own host, nor say where they came from", async () => {
		const seen: unknown[] = [];
		const other = await serve((request, response) => {
			seen.push(secretsOf(request.headers));
			response.end("x");
		});
		const platform = await serve((_, response) => response.writeHead(302, { location: other.origin }).end());
		const { fetchImage } = fetcher({ trustedOrigins: [platform.origin, other.origin] });
		await fetchImage(`${platform.origin}/private?token=secret`, {
			headers: secret,
			headersOnlyFor: [platform.host, other.host, "127.0.0.1"],
		});
		expect(seen).toEqual([[undefined, undefined, undefined, undefined]]);
	});

	test("in the address itself are neither sent nor said", async () => {
		const seen: unknown[] = [];
		const host = await serve((request, response) => {
			seen.push(secretsOf(request.headers));
			response.writeHead(404).end();
		});
		const { fetchImage } = fetcher({ trustedOrigins: [host.origin] });
		const said = await sentence(fetchImage(`http://someone:secret@${host.host}/secret?secret=secret#secret`));
		expect(said).toBe(`${host.host} has nothing at this address (404). Check the link.`);
		expect(seen).toEqual([[undefined, undefined, undefined, undefined]]);
	});
});
