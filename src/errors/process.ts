/** What stops a process from starting. */
import { UserError } from "./user-error.ts";

/** Data folders that can't be used. They stop the start. */
export const storeErrors = {
	locked: (folder: string, pid: number) =>
		new UserError(
			"store.locked",
			`The data folder ${folder} is in use by process ${pid}.`,
			"Stop that process first, or set TAGALONG_DATA_DIR to another folder.",
		),
	unwritable: (folder: string, cause: unknown) =>
		new UserError(
			"store.unwritable",
			`The data folder ${folder} can't be written to (${cause instanceof Error ? cause.message : cause}).`,
			"See that it is a folder of yours on a disk with room, or set TAGALONG_DATA_DIR to another.",
			{ cause },
		),
	newer: (folder: string) =>
		new UserError(
			"store.newer",
			`The store in ${folder} was written by a newer version of Tagalong.`,
			"Update Tagalong, or set TAGALONG_DATA_DIR to another folder.",
		),
	damaged: (folder: string, cause?: unknown) =>
		new UserError(
			"store.damaged",
			`The store in ${folder} can't be opened: it is damaged, or of another version of the database.`,
			"Put a backup in its place, or move the folder away to start with an empty store.",
			{ cause },
		),
};

/** The HTTP server's start. */
export const serverErrors = {
	portTaken: (port: number) =>
		new UserError(
			"server.port-taken",
			`Port ${port} is in use by another program.`,
			"Stop it, or set PORT to another.",
		),
	cannotListen: (host: string, port: number, cause: Error) =>
		new UserError(
			"server.cannot-listen",
			`The server can't listen on ${host}:${port}: ${cause.message}.`,
			"Set HOST and PORT to an address of this machine.",
			{ cause },
		),
};
