import { expect, test } from "vitest";
import { createLog } from "../src/http/log.ts";
import { readable } from "./readable-log.ts";

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
	const lines: string[] = [];
	write(createLog("info", { write: (line: string) => void lines.push(line) }));
	return readable(lines.join("").trim());
}

test("a line of the log is shown with what it is about, why, and how bad it is", () => {
	expect(logged((log) => log.info({ job: "local-command-a", trace: "0".repeat(16) }, "done"))).toBe(
		"done · local-command-a",
	);
	expect(logged((log) => log.warn("it is late"))).toBe("warning: it is late");
	expect(logged((log) => log.error({ err: new Error("no route") }, "it failed"))).toBe("error: it failed (no route)");
});

test("other output stays as it is", () => {
	for (const line of ["Model: starter", "{}", "[1]", "{ broken", ""]) expect(readable(line)).toBe(line);
});
