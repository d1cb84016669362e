/** One pull at a time in a folder: a lock file that other processes wait for, taken over once its owner is gone. */
import { type FileHandle, open, readFile, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

const HEARTBEAT_MS = 5_000;
/** An owner that hasn't touched its lock for this long is gone, whatever host or container it ran in. */
const SILENT_MS = 30_000;
const POLL_MS = 200;

/**
 * Takes the lock at `path`, waiting for whoever holds it.
 * @param onWait called once, if there is someone to wait for
 * @returns a function that gives the lock back
 */
export async function takeLock(path: string, onWait: () => void): Promise<() => Promise<void>> {
	let waiting = false;
	for (;;) {
		const handle = await createOnly(path);
		if (handle) return hold(path, handle);
		// Two processes that find the same dead owner could both remove its file, and one of them a fresh lock. They
		// would then spoil each other's part file, which its hash shows: a pull that fails, never a wrong model.
		if (await ownerIsGone(path)) await rm(path, { force: true });
		else {
			if (!waiting) onWait();
			waiting = true;
			await sleep(POLL_MS);
		}
	}
}

async function createOnly(path: string): Promise<FileHandle | undefined> {
	try {
		return await open(path, "wx");
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "EEXIST") return undefined;
		throw error;
	}
}

async function hold(path: string, handle: FileHandle): Promise<() => Promise<void>> {
	await handle.writeFile(`${process.pid} ${hostname()}`);
	const heartbeat = setInterval(() => {
		const now = new Date();
		handle.utimes(now, now).catch(() => {});
	}, HEARTBEAT_MS);
	heartbeat.unref();
	return async () => {
		clearInterval(heartbeat);
		await handle.close();
		await rm(path, { force: true });
	};
}

async function ownerIsGone(path: string): Promise<boolean> {
	try {
		if (Date.now() - (await stat(path)).mtimeMs > SILENT_MS) return true;
		const [pid, host] = (await readFile(path, "utf8")).split(" ");
		return host === hostname() && !isAlive(Number(pid));
	} catch {
		// Its owner has just given it back.
		return false;
	}
}

function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error instanceof Error && "code" in error && error.code === "EPERM";
	}
}
