/**
 * Lets jobs through side by side, or one alone: while one waits to be alone, no other goes through. Between two that have
 * to be alone, those that came meanwhile go through, so that nobody waits for a whole row of them.
 */

export class Gate {
	#inside = 0;
	#alone = false;
	readonly #waiting: { alone: boolean; enter: () => void }[] = [];

	/** Resolves once there is nobody inside or ahead who has to be alone. @returns leaves again */
	enter(): Promise<() => void> {
		return this.#queue(false);
	}

	/** Resolves once nobody else is inside. @returns leaves again */
	enterAlone(): Promise<() => void> {
		return this.#queue(true);
	}

	#queue(alone: boolean): Promise<() => void> {
		return new Promise((resolve) => {
			this.#waiting.push({
				alone,
				enter: () => {
					this.#inside++;
					this.#alone = alone;
					resolve(() => {
						this.#inside--;
						this.#alone = false;
						if (alone) this.#admitThoseBetween();
						this.#admit();
					});
				},
			});
			this.#admit();
		});
	}

	/** In the order in which they came, so that nobody waits for ever. */
	#admit(): void {
		for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
			if (this.#alone || (next.alone && this.#inside > 0)) return;
			this.#waiting.shift();
			next.enter();
		}
	}

	#admitThoseBetween(): void {
		const between = this.#waiting.filter(({ alone }) => !alone);
		this.#waiting.splice(0, Infinity, ...this.#waiting.filter(({ alone }) => alone));
		for (const { enter } of between) enter();
	}
}
