/** A data folder belongs to one process: a lock file in it names the owner, and a dead owner's lock is taken over. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { storeErrors } from "../errors.ts";

const ownerSchema = z.object({
	pid: z.number().int().positive(),
	/** Tells the owner from a later process of the same pid; absent where the system doesn't say. */
	born: z.string().optional(),
});
type Owner = z.infer<typeof ownerSchema>;

/**
 * Takes the folder, making it where there is none.
 * @returns gives it back
 * @throws UserError `store.locked` if a living process has it, `store.unwritable`
 */
export function lockFolder(folder: string): () => void {
	const lock = join(folder, "lock");
	const mine = JSON.stringify({ pid: process.pid, born: born(process.pid) } satisfies Record<keyof Owner, unknown>);
	try {
		mkdirSync(folder, { recursive: true });
		while (!create(lock, mine)) {
			const found = read(lock);
			if (found === undefined) continue;
			const owner = parse(found);
			if (owner && isAlive(owner)) throw storeErrors.locked(folder, owner.pid);
			takeAway(lock, found);
		}
	} catch (error) {
		throw isSystemError(error) ? storeErrors.unwritable(folder, error) : error;
	}
	return () => {
		if (read(lock) === mine) rmSync(lock);
	};
}

/** The lock appears with its content, so that nobody reads half of it. @returns false if there is one already */
function create(lock: string, content: string): boolean {
	const draft = `${lock}.${process.pid}.draft`;
	writeFileSync(draft, content);
	try {
		linkSync(draft, lock);
		return true;
	} catch (error) {
		if (isSystemError(error) && error.code === "EEXIST") return false;
		throw error;
	} finally {
		rmSync(draft);
	}
}

function read(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch (error) {
		if (isSystemError(error) && error.code === "ENOENT") return undefined;
		throw error;
	}
}

/** Undefined if it names no owner: the disk lost it in a power cut. */
function parse(content: string): Owner | undefined {
	try {
		return ownerSchema.safeParse(JSON.parse(content)).data;
	} catch {
		return undefined;
	}
}

/**
 * Removes a dead owner's lock. Several processes may be about to: renaming shows each what it took, and one that took the
 * fresh lock of another puts it back.
 */
function takeAway(lock: string, seen: string): void {
	const aside = `${lock}.${process.pid}`;
	try {
		renameSync(lock, aside);
	} catch (error) {
		if (isSystemError(error) && error.code === "ENOENT") return;
		throw error;
	}
	if (read(aside) === seen) rmSync(aside);
	else renameSync(aside, lock);
}

function isAlive(owner: Owner): boolean {
	try {
		process.kill(owner.pid, 0);
	} catch (error) {
		// EPERM: it lives, and is somebody else's.
		if (!(isSystemError(error) && error.code === "EPERM")) return false;
	}
	return owner.born === undefined || owner.born === born(owner.pid);
}

/**
 * When a process began, as Linux tells it: the boot, and the clock ticks since (fields 3 and 22 of proc_pid_stat(5)). One
 * that has ended and whose parent hasn't noticed yet, which in a container may be never, counts as gone.
 */
function born(pid: number): string | undefined {
	try {
		const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		// The second field is the program's name in brackets, and may hold spaces and brackets itself.
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		return fields[0] === "Z" ? undefined : `${boot} ${fields[19]}`;
	} catch {
		return undefined;
	}
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
	return error instanceof Error && "code" in error && "syscall" in error;
}
