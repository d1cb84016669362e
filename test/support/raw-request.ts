/** Requests with headers that fetch would set itself, such as Host. */
import { request } from "node:http";

/** @returns the status, and the code of the error in the answer */
export function answered(url: string, method: string, headers: Record<string, string>) {
	return new Promise<{ status: number | undefined; code: string }>((resolve, reject) => {
		const sent = request(url, { method, headers }, async (response) => {
			let body = "";
			for await (const chunk of response) body += chunk;
			resolve({ status: response.statusCode, code: JSON.parse(body).error.code });
		});
		sent.on("error", reject).end();
	});
}
