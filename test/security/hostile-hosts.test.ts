/** Servers that mean ill cost no more than the limits allow: in time, in bytes, in connections that stay open. */
import type { Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test, vi } from "vitest";
import { openImage } from "../../src/images/decode.ts";
import { defaultLimits } from "../../src/images/limits.ts";
import { fetcher, sentence, serve, serveRaw } from "../support/image-host.ts";

const HEAD = "HTTP/1.1 200 OK\r\n";

/** Writes it all, and then the same piece again and again until nobody reads any more. */
function endlessly(begin: string, piece: string, milliseconds = 5) {
	return (socket: Socket) => {
		socket.write(begin);
		const writing = setInterval(() => socket.write(piece), milliseconds);
		socket.on("close", () => clearInterval(writing));
	};
}

/** As fast as the other side takes it. */
function flooding(begin: string, piece: Buffer) {
	return (socket: Socket) => {
		socket.write(begin);
		const write = () => {
			while (!socket.destroyed && socket.write(piece));
		};
		socket.on("drain", write);
		write();
	};
}

describe("a server that takes its time is given up", () => {
	const limits = { ...defaultLimits, maxSeconds: 0.3 };
	test.each<[string, (socket: Socket) => void]>([
		["when it never answers", () => {}],
		["when its first line drips", endlessly("HTTP/1.1 200 ", "x")],
		["when its first line floods", flooding("HTTP/1.1 200 ", Buffer.alloc(4096, "x"))],
		["when its headers drip and never end", endlessly(HEAD, "x-a: 1\r\n")],
		["when one header drips and never ends", endlessly(`${HEAD}x-a: `, "1")],
		["when it says again and again that it goes on", endlessly("", "HTTP/1.1 103 Early Hints\r\nlink: </>\r\n\r\n")],
		["when its body drips", endlessly(`${HEAD}content-length: 100000\r\n\r\n`, "x")],
		["when its chunks drip", endlessly(`${HEAD}transfer-encoding: chunked\r\n\r\n`, "1\r\nx\r\n")],
		["when the length of a chunk drips", endlessly(`${HEAD}transfer-encoding: chunked\r\n\r\n1;`, "x")],
		["when the end of its body never comes", (socket) => socket.write(`${HEAD}content-length: 10\r\n\r\nonly 9 of`)],
		["when what follows the body drips", endlessly(`${HEAD}transfer-encoding: chunked\r\n\r\n0\r\n`, "x-a: 1\r\n")],
	])("%s", async (_, answer) => {
		const { origin, host, open } = await serveRaw(answer);
		expect(await sentence(fetcher({ trustedOrigins: [origin], limits }).fetchImage(origin))).toBe(
			`${host} took longer than 0.3 seconds to send the image. Try again later, or post the image itself.`,
		);
		await vi.waitFor(() => expect(open()).toBe(0));
	});
});

describe("a server that sends too much is cut off", () => {
	const limits = { ...defaultLimits, maxBytes: 10_000 };
	const piece = Buffer.alloc(4096);
	const chunk = Buffer.concat([Buffer.from("1000\r\n"), piece, Buffer.from("\r\n")]);
	const tooLarge = "The file is too large: at most 10,000 bytes are read. Post a smaller copy.";
	const unreachable = "can't be reached. Try again later, or post the image itself.";

	test.each<[string, (socket: Socket) => void, string]>([
		["when it names no length and never stops", flooding(`${HEAD}\r\n`, piece), tooLarge],
		["when it sends chunks and never stops", flooding(`${HEAD}transfer-encoding: chunked\r\n\r\n`, chunk), tooLarge],
		["when it names a length beyond the limit", flooding(`${HEAD}content-length: 10001\r\n\r\n`, piece), tooLarge],
		[
			"when it names one beyond all numbers",
			flooding(`${HEAD}content-length: 9${"0".repeat(30)}\r\n\r\n`, piece),
			unreachable,
		],
		["when it names two", flooding(`${HEAD}content-length: 4\r\ncontent-length: 9\r\n\r\n`, piece), unreachable],
		["when its headers are long", flooding(HEAD, Buffer.from(`x-a: ${"1".repeat(4000)}\r\n`)), unreachable],
		["when it speaks something else", flooding("SSH-2.0-OpenSSH_9.2\r\n", piece), unreachable],
	])("%s", async (_, answer, words) => {
		const { origin, open } = await serveRaw(answer);
		expect(await sentence(fetcher({ trustedOrigins: [origin], limits }).fetchImage(origin))).toContain(words);
		await vi.waitFor(() => expect(open()).toBe(0));
	});

	test("after what it said it would send, and what it sent beyond that is no answer to the next request", async () => {
		const forged = `${HEAD}content-length: 6\r\n\r\nforged`;
		let asked = 0;
		const { origin } = await serveRaw((socket) => {
			asked++;
			const body = asked === 1 ? `first${forged}` : "other";
			socket.write(`${HEAD}content-length: 5\r\n\r\n${body}`);
		});
		const { fetchImage } = fetcher({ trustedOrigins: [origin] });
		expect(Buffer.from(await fetchImage(`${origin}/1`)).toString()).toBe("first");
		expect(Buffer.from(await fetchImage(`${origin}/2`)).toString()).toBe("other");
	});
});

describe("a compressed answer", () => {
	const bomb = gzipSync(Buffer.alloc(64 * 2 ** 20));

	test.each(["gzip", "x-gzip", "deflate", "br", "zstd", "gzip, gzip"])("of %s is not unpacked", async (encoding) => {
		const { origin } = await serve((request, response) => {
			expect(request.headers["accept-encoding"]).toBe("identity");
			response.writeHead(200, { "content-encoding": encoding, "content-type": "image/png" }).end(bomb);
		});
		const bytes = await fetcher({ trustedOrigins: [origin] }).fetchImage(origin);
		expect(bytes).toHaveLength(bomb.length);
		await expect(openImage(bytes)).rejects.toMatchObject({ code: "image.format" });
	});
});
