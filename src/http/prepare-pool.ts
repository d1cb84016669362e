/** The negatives of “none of these”, read where the model has none ready. */
import type { Services } from "../services.ts";

/** Models other than the starter read them in the background; until then the answers say so. */
export function preparePool({ classifier, metrics, log }: Services): void {
	if (classifier.poolReady) {
		metrics.poolReady.set(1);
		return;
	}
	log.info("reading the negatives for “none of these” in the background");
	classifier.preparePool().then(
		() => metrics.poolReady.set(1),
		(error) => log.error({ err: error }, "the negatives could not be read; “none of these” stays a guess"),
	);
}
