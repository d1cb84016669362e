/** The HTTP server of the REST API: who calls, whether they may, and which route answers. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { type Fault, Faults } from "./faults.ts";
import { parseBody, refuseMalformed } from "./http-body.ts";
import { type Limit, RateLimits } from "./rate-limits.ts";
import { Refusal, refusals } from "./refusals.ts";
import type { Answer, Routes } from "./rest-call.ts";
import type { World } from "./world.ts";

/** A call that the bot made. */
export interface RestCall {
	method: string;
	/** Without `/api/v10`, and without the query. */
	path: string;
	/** As it is declared, such as `GET /channels/:channel`; undefined if there is no such route. */
	route: string | undefined;
	query: URLSearchParams;
	/** The JSON of it. */
	body: unknown;
	/** Absent until it is answered. */
	status?: number;
	/** Discord's code of why it was refused. */
	code?: number;
	/** Discord's words for it. */
	message?: string;
}

/** Routes that look at their bodies themselves. */
const UNCHECKED = ["POST /channels/:channel/messages/bulk-delete"];

/** The REST API of one app. */
export class Rest {
	readonly calls: RestCall[] = [];
	readonly limits = new RateLimits();
	readonly faults = new Faults();
	readonly server: Server;
	readonly #world: World;
	readonly #token: string;
	readonly #routes: { route: string; method: string; pattern: RegExp; answer: Routes[string] }[];

	constructor(world: World, token: string, routes: Routes) {
		this.#world = world;
		this.#token = token;
		this.#routes = Object.entries(routes).map(([route, answer]) => {
			const [method = "", path = ""] = route.split(" ");
			return { route, method, pattern: new RegExp(`^${path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}$`), answer };
		});
		this.server = createServer((request, response) => void this.#handle(request, response));
	}

	/** Calls that Discord refused, other than for their number: what a bot that works never makes. */
	get refused(): RestCall[] {
		return this.calls.filter(({ status = 0 }) => status >= 400 && status < 500 && status !== 429);
	}

	/** @param route as it is declared, such as `POST /channels/:channel/messages` */
	limit(route: string, limit: Limit): void {
		if (!this.#routes.some((one) => one.route === route)) throw new Error(`There is no route ${route}`);
		this.limits.limit(route, limit);
	}

	async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://localhost");
		const path = pathname.replace(/^\/api(\/v\d+)?/, "");
		const method = request.method ?? "GET";
		const found = this.#routes.find((one) => one.method === method && one.pattern.test(path));
		const call: RestCall = { method, path, route: found?.route, query, body: undefined };
		this.calls.push(call);
		const bytes = await buffer(request).catch(() => undefined);
		// It hung up.
		if (!bytes) return;

		const banned = this.limits.banned();
		if (banned) return this.#send(call, response, banned, banned.headers);
		const fault = this.faults.take(`${method} ${path}`);
		if (fault && (await this.#failBefore(call, response, fault))) return;
		const params = found?.pattern.exec(path)?.groups ?? {};
		const major = params.channel ?? params.guild ?? params.token ?? "";
		const { headers, refused } = this.limits.take(found?.route ?? path, major);
		if (refused) return this.#send(call, response, refused, refused.headers);

		const answer = await this.#answer(call, async () => {
			const needsToken = !/^\/(webhooks|interactions)\//.test(path);
			if (needsToken && request.headers.authorization !== `Bot ${this.#token}`) throw refusals.unauthorized();
			const parsed = await parseBody(bytes, request.headers["content-type"]);
			call.body = parsed.json;
			if (!found) throw refusals.notFound();
			const isChecked = this.#world.checksBodies && !UNCHECKED.includes(found.route);
			if (isChecked) refuseMalformed(`${method} ${path}`, parsed);
			const param = (name: string) => decoded(params[name] ?? "");
			return await found.answer({ world: this.#world, parsed, query, param });
		});
		if (fault === "cut after") return void response.destroy();
		if (fault === "never after") return;
		this.#send(call, response, fault === "500 after" ? { status: 500, body: "failed" } : answer, headers);
	}

	async #answer(call: RestCall, act: () => Promise<Answer>): Promise<Answer> {
		try {
			return await act();
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			const { status, code, message, errors } = error;
			Object.assign(call, { code, message: `${message}${errors ? ` ${JSON.stringify(errors)}` : ""}` });
			return { status, body: { message, code, ...(errors !== undefined && { errors }) } };
		}
	}

	/** @returns whether the call ends here, having done nothing */
	async #failBefore(call: RestCall, response: ServerResponse, fault: Fault): Promise<boolean> {
		if (fault === "500 before") this.#send(call, response, { status: 500, body: "failed" });
		else if (fault === "cut before") response.destroy();
		else if (fault === "429") {
			const body = { message: "You are being rate limited.", retry_after: 0.3, global: false };
			this.#send(call, response, { status: 429, body }, { "retry-after": "1", "x-ratelimit-scope": "shared" });
		} else if (fault === "429 without retry-after") {
			this.#send(call, response, { status: 429, body: "too many requests" });
		} else return fault === "never before";
		return true;
	}

	#send(
		call: RestCall,
		response: ServerResponse,
		{ status = 200, body }: Answer,
		headers: Record<string, string> = {},
	): void {
		call.status = status;
		const isInvalid = status === 401 || status === 403 || (status === 429 && headers["x-ratelimit-scope"] !== "shared");
		if (isInvalid) this.limits.invalid++;
		const text = typeof body === "string" ? body : JSON.stringify(body);
		const type = typeof body === "string" ? "text/plain" : "application/json";
		if (text === undefined) response.writeHead(status, headers).end();
		else response.writeHead(status, { "content-type": type, ...headers }).end(text);
	}
}

/** @throws Refusal for what isn't percent-encoded well */
function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		throw refusals.notFound();
	}
}
