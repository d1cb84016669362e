/** Declares a test for each fault: thirty events through it, and not one lost or doubled. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fault } from "./faults.ts";
import { type Row, runFault } from "./run-fault.ts";
import { type OwnScene, openScene } from "./scene.ts";

const EVENTS = 30;

export function expectUnharmedBy(faults: readonly Fault[]): void {
	let scene: OwnScene | undefined;
	const rows: Row[] = [];

	beforeAll(async () => {
		scene = await openScene();
	}, 120_000);
	afterAll(() => scene?.close());

	for (const fault of faults) {
		test(`${fault.name}: nothing is lost or doubled`, { timeout: 120_000 }, async ({ skip }) => {
			if (!scene) return skip();
			const row = await runFault(scene, fault, EVENTS);
			rows.push(row);
			expect(row).toMatchObject({ sent: EVENTS, lost: [], doubled: [], told: [], crashes: [] });
			expect(row.struck).toBeGreaterThan(0);
		});
	}

	test("nothing comes late", async ({ skip }) => {
		if (!scene) return skip();
		expect(rows).toHaveLength(faults.length);
		for (const row of rows) expect(await row.again()).toMatchObject({ lost: [], doubled: [] });
	});
}
