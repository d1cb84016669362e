/**
 * @param ms how long to wait for the work, in milliseconds
 * @returns what the work gives
 * @throws Error with these words if it takes longer; it goes on all the same
 */
export async function within<T>(ms: number, work: Promise<T>, words: string): Promise<T> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<never>((_, reject) => {
		timer = setTimeout(() => reject(new Error(words)), ms);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}
