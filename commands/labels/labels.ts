/** All of `/labels`. */
import type { Command } from "../command.ts";
import { labelsAdd } from "./add.ts";
import { labelsClear } from "./clear.ts";
import { labelsCopy } from "./copy.ts";
import { labelsMode } from "./mode.ts";
import { labelsModerators } from "./moderators.ts";
import { labelsRemove } from "./remove.ts";
import { labelsSet } from "./set.ts";
import { labelsShow } from "./show.ts";
import { labelsTemplate } from "./template.ts";
import { labelsThreshold } from "./threshold.ts";

export const labels: readonly Command[] = [
	labelsSet,
	labelsAdd,
	labelsRemove,
	labelsShow,
	labelsTemplate,
	labelsThreshold,
	labelsMode,
	labelsClear,
	labelsCopy,
	labelsModerators,
];
