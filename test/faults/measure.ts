/**
 * Sends many events through each fault, which strikes again and again, and writes the table of docs/reliability.md.
 * Arguments: how many events a fault, 1,000 if not given; and words that the names of the faults have, to run those alone
 * and write nothing.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/package-root.ts";
import { otherFaults, workerDeaths } from "./faults.ts";
import { type Row, runFault } from "./run-fault.ts";
import { openScene } from "./scene.ts";
import { EVENTS_A_ROUND } from "./traffic.ts";

const DOCUMENT = join(packageRoot, "docs", "reliability.md");
const BEGIN = "<!-- faults: written by npm run faults -->";
const END = "<!-- end of faults -->";

/** About how often each fault strikes, where that is up to it. */
const STRIKES = 20;

const say = (line: string) => process.stdout.write(`${line}\n`);
const [count = "1000", ...words] = process.argv.slice(2);
const events = Number(count);
if (!Number.isInteger(events) || events < EVENTS_A_ROUND || events % EVENTS_A_ROUND !== 0) {
	throw new Error(`The number of events must be a multiple of ${EVENTS_A_ROUND}, and is ${count}.`);
}
const faults = [...workerDeaths, ...otherFaults].filter(({ name }) => words.every((word) => name.includes(word)));

const scene = await openScene();
if (!scene) throw new Error("Postgres or Redis can't be had.");
const rows: Row[] = [];
let isUnharmed = true;
try {
	for (const fault of faults) {
		const row = await runFault(scene, fault, events, events / STRIKES);
		rows.push(row);
		say(line(row));
		const harm = [...row.lost, ...row.doubled, ...row.crashes, ...(row.struck === 0 ? ["it never struck"] : [])];
		for (const each of [...harm, ...row.told]) say(`    ${each}`);
		isUnharmed &&= harm.length === 0;
	}
	for (const row of rows) {
		const { lost, doubled } = await row.again();
		if (lost.length + doubled.length === row.lost.length + row.doubled.length) continue;
		isUnharmed = false;
		say(`${row.fault}: came late: ${[...lost, ...doubled].join("; ")}`);
	}
} finally {
	await scene.close();
}
if (words.length === 0) writeTable();
process.exit(isUnharmed ? 0 : 1);

function line({ fault, sent, struck, lost, doubled, told, seconds }: Row): string {
	const numbers = [sent, struck, lost.length, doubled.length, told.length, Math.round(seconds)];
	return `| ${[fault, ...numbers.map((each) => each.toLocaleString("en"))].join(" | ")} |`;
}

function writeTable(): void {
	const document = readFileSync(DOCUMENT, "utf8");
	const [before, rest = ""] = document.split(BEGIN);
	const [, after = ""] = rest.split(END);
	const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;
	const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0).toLocaleString("en");
	const total = [
		sum(({ sent }) => sent),
		sum(({ struck }) => struck),
		sum(({ lost }) => lost.length),
		sum(({ doubled }) => doubled.length),
		sum(({ told }) => told.length),
		sum(({ seconds }) => Math.round(seconds)),
	];
	const table = [
		`\`npm run faults${count === "1000" ? "" : ` -- ${count}`}\` on ${new Date().toISOString().slice(0, 10)}, ${machine}:`,
		"",
		"| fault | events | struck | lost | doubled | told | seconds |",
		"|---|---:|---:|---:|---:|---:|---:|",
		...rows.map(line),
		`| **all** | ${total.map((each) => `**${each}**`).join(" | ")} |`,
	].join("\n");
	writeFileSync(DOCUMENT, `${before}${BEGIN}\n${table}\n${END}${after}`);
}
