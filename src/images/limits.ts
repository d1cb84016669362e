/** How much of an image is read: a stranger's file must not cost more than this in memory or time. */
export interface ImageLimits {
	/** Size of the file. */
	maxBytes: number;
	/** Width × height, of one frame where the image moves. */
	maxPixels: number;
	/** Frames of an animation that are looked at, evenly spread over it. */
	maxFrames: number;
	/** Frames up to the last one looked at, however small they are: each costs time to draw. */
	maxReach: number;
	/** Frames of a file that is read at all. */
	maxAnimationFrames: number;
	/**
	 * Pixels of all frames up to the last one looked at. Reaching a frame means drawing all before it, so of an animation
	 * with more only the beginning is sampled.
	 */
	maxAnimationPixels: number;
	/** Fetching it, with all redirects; and, counted anew, decoding each frame. */
	maxSeconds: number;
}

export const defaultLimits: ImageLimits = {
	maxBytes: 25 * 2 ** 20,
	maxPixels: 100e6,
	maxFrames: 8,
	maxReach: 2000,
	maxAnimationFrames: 10_000,
	maxAnimationPixels: 250e6,
	maxSeconds: 10,
};
