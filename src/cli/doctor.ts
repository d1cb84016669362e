/** `tagalong doctor`: checks configuration, model and store, and says what to do. */
import { mkdir } from "node:fs/promises";
import { Command } from "commander";
import { type Config, parseConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import { encodeProbe } from "../http/probe.ts";
import { openStore } from "../store/store.ts";
import { openClassifier } from "./open-classifier.ts";
import { print, printJson } from "./terminal.ts";

interface Finding {
	check: string;
	ok: boolean;
	/** What was found, and what to do if it isn't well. */
	message: string;
}

export function doctorCommand(): Command {
	return new Command("doctor")
		.description("Check configuration, model and store, and say what to do")
		.option("--json", "print one JSON document")
		.action(async ({ json }: { json?: boolean }) => {
			const findings = await examine();
			if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
			if (json) return printJson({ findings });
			for (const { ok, check, message } of findings) print(`${ok ? "✓" : "✗"} ${check}: ${message}`);
		});
}

async function examine(): Promise<Finding[]> {
	const findings: Finding[] = [];
	const check = async (name: string, run: () => Promise<string>) => {
		const finding = await run().then(
			(message) => ({ check: name, ok: true, message }),
			(error) => ({ check: name, ok: false, message: inWords(error) }),
		);
		findings.push(finding);
		return finding.ok;
	};

	let config: Config | undefined;
	await check("configuration", async () => {
		config = parseConfig(process.env);
		return `well-formed; model ${config.model}, data in ${config.dataDir}.`;
	});
	if (!config) return findings;
	const { dataDir, model } = config;
	await check("model", () => modelWorks(model));
	await check("store", () => storeWorks(dataDir));
	return findings;
}

async function modelWorks(name: string): Promise<string> {
	const classifier = await openClassifier(name);
	await encodeProbe(classifier);
	const { manifest, device } = classifier.model;
	const pool = classifier.poolReady ? "" : ` “None of these” needs \`tagalong models prepare ${name}\`.`;
	await classifier.close();
	return `${manifest.title} encodes an image on the ${device === "cuda" ? "GPU" : "CPU"}.${pool}`;
}

async function storeWorks(dataDir: string): Promise<string> {
	await mkdir(dataDir, { recursive: true });
	const store = await openStore(dataDir).catch((error) => {
		if (error instanceof UserError && error.code === "store.locked") return undefined;
		throw error;
	});
	if (!store) return `the data folder ${dataDir} is in use by a running Tagalong; ask its /readyz.`;
	await store.ping();
	await store.close();
	return `the data folder ${dataDir} answers.`;
}

function inWords(error: unknown): string {
	if (error instanceof UserError) return error.sentence;
	return error instanceof Error ? error.message : String(error);
}
