/** Where the parts of a distributed bot are: given to each of its programs as JSON in its first argument. */
export interface Places {
	database: string;
	redis: string;
	platform: string;
	/** Of the front. */
	port: number;
	/** The folder of models. */
	models: string;
}

export function placesOf([, , json = ""]: readonly string[]): Places {
	// Written by `startDistributed` alone.
	return JSON.parse(json) as Places;
}
