/** A front of the benchmark: the real one, behind an address that takes events as they are. */
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { pino } from "pino";
import { chatEventSchema } from "../../src/chat/event.ts";
import { parseConfig } from "../../src/config.ts";
import { receive } from "../../src/handle/receive.ts";
import { openFrontServices } from "../../src/services/front.ts";
import type { Told } from "./messages.ts";
import { report } from "./report.ts";

const tell = (told: Told) => void process.send?.(told);
const config = parseConfig(process.env);
const services = await openFrontServices(config, pino({ level: config.logLevel }, pino.destination(2)));
const app = new Hono();
app.post("/events", async (c) => {
	await receive(chatEventSchema.parse(await c.req.json()), services);
	return c.body(null, 200);
});
process.on("message", async () => tell({ kind: "report", ...(await report(services.metrics)) }));
process.on("disconnect", () => process.exit());
serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) =>
	tell({ kind: "ready", url: `http://127.0.0.1:${port}` }),
);
