/** A front: takes events in by HTTP, as an adapter does, and acknowledges them. Argument: `Places` as JSON, with a port. */
import { writeSync } from "node:fs";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { chatEventSchema } from "../../../src/chat/event.ts";
import { receive } from "../../../src/handle/receive.ts";
import { killPoints } from "../kill-points.ts";
import { frontParts } from "./front-parts.ts";
import { placesOf } from "./places.ts";

const places = placesOf(process.argv);
const kills = killPoints();
const services = await frontParts(places, kills);

const app = new Hono();
app.post("/events", async (c) => {
	try {
		await receive(chatEventSchema.parse(await c.req.json()), services);
	} catch (error) {
		services.log.warn({ err: error }, "not taken in");
		return c.text("later", 503);
	}
	kills.pass("before acknowledging");
	return c.text("ok");
});
serve({ fetch: app.fetch, hostname: "127.0.0.1", port: places.port }, () => writeSync(1, "ready\n"));
