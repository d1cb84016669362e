/** A server of another program, for the tests that need a real one: a port for it, its end, and its start again. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** A port of the loopback that nobody listens on now. */
export async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	server.close();
	await once(server, "close");
	if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
	return address.port;
}

export interface Restartable {
	/** Waits until it is gone; safe to call twice. */
	end(signal: NodeJS.Signals): Promise<void>;
	/** @throws Error if it runs */
	restart(): Promise<void>;
}

/**
 * @param child the server, started
 * @param start starts it again
 */
export function restartable(child: ChildProcess, start: () => Promise<ChildProcess>): Restartable {
	let running: ChildProcess | undefined = child;
	return {
		async end(signal) {
			const ending = running;
			running = undefined;
			if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
			const gone = once(ending, "close");
			ending.kill(signal);
			await gone;
		},
		async restart() {
			if (running) throw new Error(`${running.spawnfile} runs already`);
			running = await start();
		},
	};
}
