import { expectUnharmedBy } from "./expect-unharmed.ts";
import { otherFaults } from "./faults.ts";

expectUnharmedBy(otherFaults);
