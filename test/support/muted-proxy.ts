/** A network between a client and its server that can fall silent: a TCP proxy on the loopback. */
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

export interface MutedProxy {
	/** The server's address, by way of the proxy. */
	url: string;
	/** Connections there are so far. */
	readonly connections: number;
	/** What is connected hears nothing any more and isn't told so, as when packets are dropped. Who connects later is served. */
	mute(): void;
	close(): Promise<void>;
}

/** @param url of the server */
export async function startMutedProxy(url: string): Promise<MutedProxy> {
	const target = new URL(url);
	const open = new Set<[client: Socket, server: Socket]>();
	const all = new Set<Socket>();
	const proxy = createServer((client) => {
		const server = connect(Number(target.port), target.hostname);
		const pair: [Socket, Socket] = [client, server];
		open.add(pair);
		for (const socket of pair) {
			all.add(socket);
			socket.on("error", () => {});
			socket.on("close", () => all.delete(socket));
		}
		client.pipe(server).pipe(client);
		client.on("close", () => {
			open.delete(pair);
			server.destroy();
		});
	}).listen(0, "127.0.0.1");
	await once(proxy, "listening");
	const address = proxy.address();
	if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
	const through = new URL(url);
	through.port = `${address.port}`;
	return {
		url: through.href,
		get connections() {
			return open.size;
		},
		mute() {
			for (const [client, server] of open) {
				client.unpipe(server);
				server.unpipe(client);
				client.resume();
				server.resume();
			}
		},
		async close() {
			const closed = once(proxy, "close");
			proxy.close();
			for (const socket of all) socket.destroy();
			await closed;
		},
	};
}
