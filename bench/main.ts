/** `npm run bench [-- NAME …]`: measures what this project promises. Ratios come from one run, as machines are noisy. */
import { benchCore } from "./core.ts";
import { benchSearch } from "./search.ts";

const benches: Record<string, (args: string[]) => Promise<void>> = {
	core: benchCore,
	search: benchSearch,
	// It starts servers of its own.
	distributed: async (args) => (await import("./distributed/main.ts")).benchDistributed(args),
	// Loaded when asked for: it brings a library of its own.
	learning: async (args) => (await import("./learning.ts")).benchLearning(args),
};

const [name = "core", ...args] = process.argv.slice(2);
const bench = benches[name];
if (bench) await bench(args);
else {
	process.stderr.write(`There is no benchmark “${name}”; there are ${Object.keys(benches).join(", ")}.\n`);
	process.exitCode = 2;
}
