/**
 * Points at which a program ends itself with no chance to tidy up, at the borders of its services: nothing of it is in
 * the services themselves. Lines of standard input say where: `die POINT N`, the Nth time from now, or `live`.
 */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";

export interface KillPoints {
	/** The program is here. */
	pass(point: string): void;
	/** The same part, which passes `before NAME` and `after NAME` of each of these methods. */
	watch<Part extends object>(part: Part, ...methods: (keyof Part & string)[]): Part;
}

export function killPoints(): KillPoints {
	let armed: { point: string; left: number } | undefined;
	createInterface(process.stdin).on("line", (line) => {
		const [, point, times] = line.match(/^die (.+) (\d+)$/) ?? [];
		armed = point === undefined ? undefined : { point, left: Number(times) };
	});

	function pass(point: string): void {
		if (armed?.point !== point || --armed.left > 0) return;
		writeSync(1, `died ${point}\n`);
		process.kill(process.pid, "SIGKILL");
	}

	return {
		pass,
		watch: (part, ...methods) =>
			new Proxy(part, {
				get(target, key) {
					const value: unknown = Reflect.get(target, key);
					const name = methods.find((method) => method === key);
					if (name === undefined || typeof value !== "function") return value;
					return async (...given: unknown[]) => {
						pass(`before ${name}`);
						const result: unknown = await value.apply(target, given);
						pass(`after ${name}`);
						return result;
					};
				},
			}),
	};
}
