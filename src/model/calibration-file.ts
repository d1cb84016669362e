/** Calibrations that were fitted on this machine, one file a model id: each goes before the one in its model's manifest. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Calibration } from "../classify/types.ts";
import { modelErrors } from "../errors.ts";
import { calibrationSchema } from "./manifest.ts";

/** `dataDir/calibration/MODELID.json` */
export function calibrationPath(dataDir: string, modelId: string): string {
	return join(dataDir, "calibration", `${modelId}.json`);
}

/**
 * @returns undefined if this model was never calibrated here
 * @throws UserError `model.calibration` if the file is malformed
 */
export async function readCalibration(dataDir: string, modelId: string): Promise<Calibration | undefined> {
	const path = calibrationPath(dataDir, modelId);
	const text = await readFile(path, "utf8").catch(() => undefined);
	if (text === undefined) return undefined;
	try {
		return calibrationSchema.parse(JSON.parse(text));
	} catch (cause) {
		throw modelErrors.badCalibration(path, cause);
	}
}

/** The file has its name only when it is whole. */
export async function writeCalibration(dataDir: string, modelId: string, calibration: Calibration): Promise<string> {
	const path = calibrationPath(dataDir, modelId);
	await mkdir(dirname(path), { recursive: true });
	await writeFile(`${path}.part`, `${JSON.stringify(calibration, null, 2)}\n`);
	await rename(`${path}.part`, path);
	return path;
}

/**
 * Keeps a calibration in the model's own manifest; its other fields stay as they are.
 * @returns the manifest's path
 */
export async function writeManifestCalibration(
	modelsDir: string,
	name: string,
	calibration: Calibration,
): Promise<string> {
	const path = join(modelsDir, name, "manifest.json");
	const manifest = { ...JSON.parse(await readFile(path, "utf8")), calibration };
	await writeFile(`${path}.part`, `${JSON.stringify(manifest, null, 2)}\n`);
	await rename(`${path}.part`, path);
	return path;
}
