/** `npm run bench [-- NAME …]`: measures what this project promises. Ratios come from one run, as machines are noisy. */
import { benchCore } from "./core.ts";

const benches: Record<string, (args: string[]) => Promise<void>> = {
	core: benchCore,
};

const [name = "core", ...args] = process.argv.slice(2);
const bench = benches[name];
if (bench) await bench(args);
else {
	process.stderr.write(`There is no benchmark “${name}”; there are ${Object.keys(benches).join(", ")}.\n`);
	process.exitCode = 2;
}
