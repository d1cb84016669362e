/**
 * Connections to public addresses only. The check sits where the connection is made, so the address checked is the address
 * connected to: a name that changes its answer between a check and the connection gains nothing.
 * The idea is from https://github.com/Shelf-nu/shelf.nu/pull/2589.
 */
import type { LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { buildConnector } from "undici";
import { fetchErrors } from "../errors.ts";
import { isPublicAddress } from "./address.ts";

/** All addresses of a host name, as `dns.promises.lookup(name, { all: true })` gives them. */
export type Resolve = (hostname: string) => Promise<LookupAddress[]>;

/**
 * For an undici Agent. Connecting anywhere else fails with UserError `fetch.private-address`.
 * @param timeout for looking up and connecting, in milliseconds.
 */
export function publicConnector(resolve: Resolve, timeout: number): buildConnector.connector {
	const connect = buildConnector({ lookup: publicLookup(resolve), timeout });
	return (options, callback) => {
		// Node looks up names only: a literal address would pass unseen.
		const literal = isIP(options.hostname) !== 0;
		if (literal && !isPublicAddress(options.hostname)) callback(fetchErrors.privateAddress(options.hostname), null);
		else connect(options, callback);
	};
}

/** Fails where any of a name's addresses is not public: which of them is connected to is not ours to say. */
export function publicLookup(resolve: Resolve): LookupFunction {
	return (hostname, options, callback) => {
		resolve(hostname).then(
			(addresses) => {
				const [first] = addresses;
				if (!first) return callback(fetchErrors.unknownHost(hostname), "");
				if (!addresses.every(({ address }) => isPublicAddress(address)))
					return callback(fetchErrors.privateAddress(hostname), "");
				if (options.all) return callback(null, addresses);
				callback(null, first.address, first.family);
			},
			(error) => callback(error, ""),
		);
	};
}
