/** How a call of Discord's REST client is made, whatever else in the process makes calls. */
import { DefaultRestOptions, type RESTOptions } from "discord.js";

/**
 * A message with files is written out as bytes. discord.js hands a form on as it is, to whichever version of undici was
 * loaded first in the process, and only its own knows the form.
 */
export const makeRequest: RESTOptions["makeRequest"] = async (url, init) => {
	if (!(init.body instanceof FormData)) return await DefaultRestOptions.makeRequest(url, init);
	const written = new Response(init.body);
	const headers = {
		// REST gives them as an object.
		...(init.headers as Record<string, string>),
		"content-type": written.headers.get("content-type") ?? "",
	};
	const body = new Uint8Array(await written.arrayBuffer());
	return await DefaultRestOptions.makeRequest(url, { ...init, headers, body });
};
