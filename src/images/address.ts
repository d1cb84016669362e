/** Which network addresses a stranger's link may lead to. */
import ipaddr from "ipaddr.js";

/**
 * True for public unicast addresses alone: default deny. IPv4-mapped and NAT64 (64:ff9b::/96, RFC 6052) addresses are
 * judged by the IPv4 address inside. Of IPv6 only 2000::/3 is assigned to the public; the tunnels in it (6to4, Teredo) and
 * its special ranges are none of ipaddr.js's `unicast`. IPv4-compatible addresses (::a.b.c.d) lie outside it.
 */
export function isPublicAddress(address: string): boolean {
	if (!ipaddr.isValid(address)) return false;
	const ip = ipaddr.process(address);
	if (ip instanceof ipaddr.IPv4) return ip.range() === "unicast";
	if (ip.match(nat64)) return new ipaddr.IPv4(ip.toByteArray().slice(12)).range() === "unicast";
	return ip.match(globalUnicast) && ip.range() === "unicast";
}

const globalUnicast = ipaddr.IPv6.parseCIDR("2000::/3");
const nat64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");
