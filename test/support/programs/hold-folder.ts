/** Takes a data folder and says so, or says why not; holds it until it is killed. Argument: the folder. */
import { writeSync } from "node:fs";
import { UserError } from "../../../src/errors.ts";
import { lockFolder } from "../../../src/store/folder-lock.ts";

try {
	lockFolder(process.argv[2] ?? "");
	writeSync(1, "held\n");
	setInterval(() => {}, 1000);
} catch (error) {
	writeSync(1, `${error instanceof UserError ? error.code : error}\n`);
}
