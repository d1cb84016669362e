import type { RequestListener } from "node:http";
import { describe, expect, test } from "vitest";
import { fetcher, privately, sentence, serve } from "../../test/support/image-host.ts";
import { defaultLimits } from "./limits.ts";

describe("what is fetched", () => {
	test("the bytes at a trusted origin, http and private though it is", async () => {
		const body = Buffer.from([1, 2, 3, 0, 255]);
		const { origin } = await serve((_, response) => response.end(body));
		const bytes = await fetcher({ trustedOrigins: [origin] }).fetchImage(`${origin}/cat.png?size=1`);
		expect(Buffer.from(bytes)).toEqual(body);
	});

	test("through redirects, relative ones too, at most five", async () => {
		const { origin, requests } = await serve((request, response) => {
			const left = Number(request.url?.slice(1));
			if (left === 0) response.end("here");
			else response.writeHead(302, { location: `/${left - 1}` }).end("elsewhere");
		});
		const { fetchImage } = fetcher({ trustedOrigins: [origin] });
		expect(Buffer.from(await fetchImage(`${origin}/5`)).toString()).toBe("here");
		expect(requests).toEqual(["/5", "/4", "/3", "/2", "/1", "/0"]);
		expect(await sentence(fetchImage(`${origin}/6`))).toBe(
			"The link was passed on more than 5 times. Copy the address of the image itself.",
		);
	});

	test("nothing is remembered between requests", async () => {
		const cookies: (string | undefined)[] = [];
		const { origin } = await serve((request, response) => {
			cookies.push(request.headers.cookie);
			response.setHeader("set-cookie", "id=1").end("x");
		});
		const { fetchImage } = fetcher({ trustedOrigins: [origin] });
		for (const _ of [1, 2]) await fetchImage(origin);
		expect(cookies).toEqual([undefined, undefined]);
	});
});

describe("where nothing is fetched from", () => {
	test.each([
		["cat.png", "This is not a web address. Give one that starts with https://."],
		[
			"http://example.com/cat.png",
			"The link leads to example.com without https, and images are fetched by https only. Give an address that starts with https://, or post the image itself.",
		],
		[
			"file:///etc/passwd",
			"The link leads to file: without https, and images are fetched by https only. Give an address that starts with https://, or post the image itself.",
		],
		["data:image/png;base64,AAAA", expect.stringContaining("images are fetched by https only")],
	])("%s", async (url, words) => {
		const resolve = () => Promise.reject(new Error("nothing should be looked up"));
		expect(await sentence(fetcher({ resolve }).fetchImage(url))).toEqual(words);
	});

	test.each([
		["127.0.0.1", "127.0.0.1"],
		["2130706433", "127.0.0.1"],
		["0x7f000001", "127.0.0.1"],
		["0177.0.0.1", "127.0.0.1"],
		["127.1", "127.0.0.1"],
		["169.254.169.254", "169.254.169.254"],
		["[::1]", "::1"],
		["[::ffff:127.0.0.1]", "::ffff:7f00:1"],
		["[::127.0.0.1]", "::7f00:1"],
		["[64:ff9b::7f00:1]", "64:ff9b::7f00:1"],
		["１２７.0.0.1", "127.0.0.1"],
	])("a private address written as https://%s", async (written, shown) => {
		const { port, connections } = await serve((_, response) => response.end());
		expect(await sentence(fetcher().fetchImage(`https://${written}:${port}/`))).toBe(privately(shown));
		expect(connections()).toBe(0);
	});

	test("a name that leads to a private address, asked once: there is no earlier check to deceive", async () => {
		const { port, connections } = await serve((_, response) => response.end());
		const asked: string[] = [];
		const resolve = async (hostname: string) => {
			asked.push(hostname);
			return [{ address: "127.0.0.1", family: 4 }];
		};
		expect(await sentence(fetcher({ resolve }).fetchImage(`https://inside.test:${port}/`))).toBe(
			privately("inside.test"),
		);
		expect(asked).toEqual(["inside.test"]);
		expect(connections()).toBe(0);
	});

	test("the system's own resolver is checked as well", async () => {
		expect(await sentence(fetcher().fetchImage("https://localhost/"))).toBe(privately("localhost"));
	});

	test("a redirect from a trusted origin into a private network, at any hop", async () => {
		const inner = await serve((_, response) => response.end("secret"));
		const targets = ["/next", `https://127.0.0.1:${inner.port}/`];
		const outer = await serve((_, response) => response.writeHead(307, { location: targets.shift() }).end());
		expect(await sentence(fetcher({ trustedOrigins: [outer.origin] }).fetchImage(outer.origin))).toBe(
			privately("127.0.0.1"),
		);
		expect(outer.requests).toEqual(["/", "/next"]);
		expect(inner.requests).toEqual([]);
	});

	test("a redirect to http, and to what is no address", async () => {
		const inner = await serve((_, response) => response.end("secret"));
		const targets = [inner.origin, "https://["];
		const outer = await serve((_, response) => response.writeHead(301, { location: targets.shift() }).end());
		const { fetchImage } = fetcher({ trustedOrigins: [outer.origin] });
		expect(await sentence(fetchImage(outer.origin))).toContain(`leads to ${inner.host} without https`);
		expect(await sentence(fetchImage(outer.origin))).toContain("This is not a web address.");
		expect(inner.requests).toEqual([]);
	});

	test("another port or scheme of a trusted host", async () => {
		const trusted = await serve((_, response) => response.end());
		const other = await serve((_, response) => response.end());
		const { fetchImage } = fetcher({ trustedOrigins: [trusted.origin] });
		expect(await sentence(fetchImage(other.origin))).toContain("without https");
		expect(await sentence(fetchImage(`https://${trusted.host}`))).toBe(privately("127.0.0.1"));
	});
});

describe("credentials", () => {
	const token = { authorization: "Bearer xoxb-secret" };

	test("go to the hosts named, and only there", async () => {
		const seen: (string | undefined)[] = [];
		const { origin, host } = await serve((request, response) => {
			seen.push(request.headers.authorization);
			response.end("x");
		});
		const { fetchImage } = fetcher({ trustedOrigins: [origin] });
		await fetchImage(origin, { headers: token, headersOnlyFor: [host] });
		await fetchImage(origin, { headers: token, headersOnlyFor: ["files.example.com", "127.0.0.1"] });
		expect(seen).toEqual([token.authorization, undefined]);
	});

	test("stay within their origin, and don't come back after a redirect away from it", async () => {
		const seen: string[] = [];
		const other = await serve((request, response) => {
			seen.push(`other ${request.headers.authorization}`);
			response.writeHead(302, { location: `${origin}/back` }).end();
		});
		const targets: Record<string, string> = { "/start": "/moved", "/moved": other.origin };
		const { origin, host } = await serve((request, response) => {
			seen.push(`${request.url} ${request.headers.authorization}`);
			const location = targets[request.url ?? ""];
			if (location) response.writeHead(302, { location }).end();
			else response.end("x");
		});
		const { fetchImage } = fetcher({ trustedOrigins: [origin, other.origin] });
		await fetchImage(`${origin}/start`, { headers: token, headersOnlyFor: [host, other.host] });
		expect(seen).toEqual([
			"/start Bearer xoxb-secret",
			"/moved Bearer xoxb-secret",
			"other undefined",
			"/back undefined",
		]);
	});
});

describe("servers that don't give the image", () => {
	test.each([
		[404, "has nothing at this address (404). Check the link."],
		[401, "keeps this image to itself (401). Post the image itself."],
		[403, "keeps this image to itself (403). Post the image itself."],
		[500, "answered with an error (500). Try again later, or post the image itself."],
	])("status %i", async (status, words) => {
		const { origin, host } = await serve((_, response) => response.writeHead(status).end());
		expect(await sentence(fetcher({ trustedOrigins: [origin] }).fetchImage(origin))).toBe(`${host} ${words}`);
	});

	test("a host that doesn't exist", async () => {
		const resolve = () => Promise.reject(Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" }));
		expect(await sentence(fetcher({ resolve }).fetchImage("https://no-such-host.test/cat.png"))).toBe(
			"There is no host named no-such-host.test. Check the link.",
		);
	});

	test("a host that doesn't listen, and one that hangs up halfway", async () => {
		const { origin, host } = await serve((_, response) => {
			response.writeHead(200, { "content-length": "100" });
			response.write("half", () => response.destroy());
		});
		const deaf = "http://127.0.0.1:1";
		const { fetchImage } = fetcher({ trustedOrigins: [origin, deaf] });
		const words = "can't be reached. Try again later, or post the image itself.";
		expect(await sentence(fetchImage(origin))).toBe(`${host} ${words}`);
		expect(await sentence(fetchImage(deaf))).toBe(`127.0.0.1:1 ${words}`);
	});

	const tooLarge = "The file is too large: at most 1,000 bytes are read. Post a smaller copy.";
	const limits = { ...defaultLimits, maxBytes: 1000 };
	test("an image that says it is too large is not read", async () => {
		const { origin } = await serve((_, response) => {
			response.writeHead(200, { "content-length": "1001" }).write("only the beginning");
		});
		expect(await sentence(fetcher({ trustedOrigins: [origin], limits }).fetchImage(origin))).toBe(tooLarge);
	});

	test("an image without a length is counted while it is read, and the connection is closed", async () => {
		let hungUp = () => {};
		const closed = new Promise<void>((settle) => {
			hungUp = settle;
		});
		const { origin } = await serve((_, response) => {
			const writing = setInterval(() => response.write(Buffer.alloc(400)), 1);
			response.on("close", () => {
				clearInterval(writing);
				hungUp();
			});
		});
		expect(await sentence(fetcher({ trustedOrigins: [origin], limits }).fetchImage(origin))).toBe(tooLarge);
		await closed;
	});

	test("an image of exactly the limit is read", async () => {
		const { origin } = await serve((_, response) => response.end(Buffer.alloc(1000)));
		expect(await fetcher({ trustedOrigins: [origin], limits }).fetchImage(origin)).toHaveLength(1000);
	});

	const hurried = { ...defaultLimits, maxSeconds: 0.3 };
	const slow = (host: string) =>
		`${host} took longer than 0.3 seconds to send the image. Try again later, or post the image itself.`;

	test.each<[string, RequestListener]>([
		["a server that never answers", () => {}],
		[
			"a server that drips, never silent for long",
			(_, response) => {
				const dripping = setInterval(() => response.write("x"), 20);
				response.on("close", () => clearInterval(dripping));
			},
		],
		[
			"redirects that take too long together",
			(_, response) => setTimeout(() => response.writeHead(302, { location: "/" }).end(), 100),
		],
	])("%s", async (_, answer) => {
		const { origin, host } = await serve(answer);
		expect(await sentence(fetcher({ trustedOrigins: [origin], limits: hurried }).fetchImage(origin))).toBe(slow(host));
	});

	test("a name whose lookup never ends", async () => {
		const resolve = () => new Promise<never>(() => {});
		const { fetchImage } = fetcher({ resolve, limits: hurried });
		expect(await sentence(fetchImage("https://hanging.test/"))).toBe(slow("hanging.test"));
	});
});
