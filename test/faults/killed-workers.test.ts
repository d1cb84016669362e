import { expectUnharmedBy } from "./expect-unharmed.ts";
import { workerDeaths } from "./faults.ts";

expectUnharmedBy(workerDeaths);
