/** `tagalong models list | pull | prepare | verify`: which models there are, bringing one here, and checking its files. */
import { Command } from "commander";
import { type Config, parseConfig } from "../config.ts";
import { modelErrors, UserError } from "../errors.ts";
import { formatBytes } from "../model/file-size.ts";
import { locateModel, type ModelFolders, modelSize } from "../model/location.ts";
import { type Manifest, modelFiles, modelId, readManifest, readManifests } from "../model/manifest.ts";
import type { PullProgress } from "../model/pull.ts";
import { type VerifiedFile, verifyModel } from "../model/verify.ts";
import { modelsDir as packageModels } from "../package-root.ts";
import { prepareAfterPull, preparePool } from "./prepare-pool.ts";
import { type Progress, print, printJson, progressBar, warn } from "./terminal.ts";

/** @param modelsDir where the manifests are */
export function modelsCommand(modelsDir = packageModels): Command {
	const models = new Command("models").description("Models: list them, pull one, check their files");

	models
		.command("list")
		.description("every model, with its size, languages and licence, and whether it is here")
		.option("--json", "one JSON document")
		.action(async (options: { json?: boolean }) => {
			const config = parseConfig(process.env);
			const listed = await listModels({ modelsDir, dataDir: config.dataDir }, config);
			if (options.json) printJson({ models: listed });
			else printList(listed);
		});

	models
		.command("pull")
		.description("download a model's files (HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE are honoured)")
		.argument("<name>", "a name that `models list` shows")
		.option("--accept-licence", "agree to a licence that restricts use")
		.action(async (name: string, options: { acceptLicence?: boolean }) => {
			const folders = { modelsDir, dataDir: parseConfig(process.env).dataDir };
			await pull(await readManifest(modelsDir, name), folders, options.acceptLicence ?? false);
		});

	models
		.command("prepare")
		.description("encode the everyday words that “none of these” is judged by; `pull` and `serve` do it, too")
		.argument("[name]", "a model that is here (default: TAGALONG_MODEL, or starter)")
		.action(async (name: string | undefined) => {
			await preparePool(name ?? parseConfig(process.env).model, modelsDir);
		});

	models
		.command("verify")
		.description("hash the files of a model, or of every model that is here, again")
		.argument("[name]", "a name that `models list` shows")
		.option("--json", "one JSON document")
		.action(async (name: string | undefined, options: { json?: boolean }) => {
			await verify(name, { modelsDir, dataDir: parseConfig(process.env).dataDir }, options.json ?? false);
		});

	return models;
}

interface ListedModel {
	name: string;
	id: string;
	title: string;
	/** Bytes of all files; null if the manifest doesn't know them all. */
	bytes: number | null;
	size: string;
	languages: string[];
	licence: string;
	/** Every file is here, with the right size. */
	present: boolean;
	/** Why a model that should be here can't be used. */
	problem: string | null;
	/** The one that TAGALONG_MODEL names, or the default. */
	current: boolean;
}

async function listModels(folders: ModelFolders, config: Config): Promise<ListedModel[]> {
	const manifests = await readManifests(folders.modelsDir);
	return Promise.all(
		manifests.map(async (manifest) => {
			const error = await locateModel(manifest, folders).then(() => undefined, userError);
			const bytes = modelFiles(manifest).reduce((sum, file) => sum + (file.bytes ?? Number.NaN), 0);
			return {
				name: manifest.name,
				id: modelId(manifest),
				title: manifest.title,
				bytes: Number.isNaN(bytes) ? null : bytes,
				size: modelSize(manifest),
				languages: manifest.languages,
				licence: manifest.licence,
				present: error === undefined,
				problem: error === undefined || error.code === "model.not-pulled" ? null : error.sentence,
				current: manifest.name === config.model,
			};
		}),
	);
}

function userError(error: unknown): UserError {
	if (error instanceof UserError) return error;
	throw error;
}

function printList(models: ListedModel[]): void {
	const rows = models.map((model) => [
		`${model.current ? "*" : " "} ${model.name}`,
		model.present ? "here" : model.problem ? "damaged" : "not here",
		model.size,
		model.languages.map((tag) => (tag === "mul" ? "many" : tag)).join(" "),
		model.licence,
		model.title,
	]);
	const table = [["  NAME", "", "SIZE", "LANGUAGES", "LICENCE", "WHAT IT IS"], ...rows];
	const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
	for (const row of table)
		print(
			row
				.map((cell, column) => cell.padEnd(widths[column] ?? 0))
				.join("  ")
				.trimEnd(),
		);
	print();
	print("* is in use; TAGALONG_MODEL chooses another. `tagalong models pull NAME` brings one here.");
	for (const { name, problem } of models) if (problem) print(`${name}: ${problem}`);
}

async function pull(manifest: Manifest, { modelsDir, dataDir }: ModelFolders, acceptLicence: boolean): Promise<void> {
	const { name } = manifest;
	const shown = showPull(name);
	const options = { dataDir, env: process.env, acceptLicence, onProgress: shown.update };
	// Loaded only here, as the classifier is.
	const { pullModel } = await import("../model/pull.ts");
	const files = await pullModel(manifest, options).finally(() => shown.stop());
	if (files.length === 0) return warn(`${name} ships with Tagalong: there is nothing to pull.`);
	warn(`${name} is here. TAGALONG_MODEL=${name} makes Tagalong use it.`);
	if (manifest.text) await prepareAfterPull(name, modelsDir);
}

/** Progress in megabytes on a terminal; a line for each file once it is here. */
function showPull(name: string): { update: (progress: PullProgress) => void; stop: () => void } {
	const megabytes = (bytes: number) => Math.round(bytes / 1e5) / 10;
	let bar: Progress | undefined;
	const stop = () => {
		bar?.stop();
		bar = undefined;
	};
	return {
		stop,
		update(progress) {
			if (progress.kind === "bytes") {
				const total = megabytes(Math.max(progress.done, progress.total ?? 0));
				bar ??= progressBar(`${progress.file}, MB`, total);
				bar.update(megabytes(progress.done), total);
				return;
			}
			stop();
			if (progress.kind === "waiting") warn(`Another pull of ${name} is under way; waiting for it.`);
			if (progress.kind === "retry") warn(`${progress.file}: ${progress.why}; trying again.`);
			if (progress.kind === "done") {
				const how = { present: "was here", downloaded: "downloaded", resumed: "downloaded, resumed" };
				warn(`${progress.file.file}: ${formatBytes(progress.file.bytes)}, ${how[progress.file.outcome]}, hash right`);
			}
		},
	};
}

/** Prints what was found; files that are wrong or missing then end the command as an error. */
async function verify(name: string | undefined, folders: ModelFolders, json: boolean): Promise<void> {
	const manifests =
		name === undefined ? await readManifests(folders.modelsDir) : [await readManifest(folders.modelsDir, name)];
	const verified: { manifest: Manifest; files: VerifiedFile[] }[] = [];
	for (const manifest of manifests) {
		const files = await verifyModel(manifest, folders);
		const isHere = !manifest.repository || files.some((file) => file.state !== "missing");
		if (isHere) verified.push({ manifest, files });
		else if (name !== undefined) throw modelErrors.notPulled(name, modelSize(manifest));
	}
	if (json) printJson({ models: verified.map(({ manifest, files }) => ({ name: manifest.name, files })) });
	else {
		for (const { manifest, files } of verified) {
			for (const file of files) print(`${file.state.padEnd(7)}  ${manifest.name}/${file.file}${hashes(file)}`);
		}
	}
	const isWrong = (file: VerifiedFile) => file.state !== "ok";
	const wrong = verified.flatMap(({ files }) => files).filter(isWrong);
	const damaged = verified.find(({ files }) => files.some(isWrong))?.manifest;
	if (damaged) {
		const paths = wrong.map(({ path }) => path);
		throw modelErrors.damaged(paths, damaged.name, damaged.repository === undefined);
	}
}

function hashes(file: VerifiedFile): string {
	return file.state === "wrong" ? ` (sha256 ${file.actual} instead of ${file.expected})` : "";
}
