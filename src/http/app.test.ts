import { Counter, Registry } from "prom-client";
import { expect, test } from "vitest";
import { createApp } from "./app.ts";

const registry = new Registry();

test("a process is ready when every check passes", async () => {
	const app = createApp({ registry, checks: { store: async () => {}, model: async () => "fine" } });
	const response = await app.request("/readyz");
	expect(response.status).toBe(200);
	expect(await response.json()).toEqual({ ready: true, checks: { store: "ok", model: "ok" } });
});

test("what fails is named, and the process still counts as alive", async () => {
	const broken = () => Promise.reject(new Error("the model gave numbers that are not finite"));
	const app = createApp({ registry, checks: { store: async () => {}, model: broken } });
	const response = await app.request("/readyz");
	expect(response.status).toBe(503);
	expect(await response.json()).toEqual({
		ready: false,
		checks: { store: "ok", model: "the model gave numbers that are not finite" },
	});
	expect((await app.request("/healthz")).status).toBe(200);
});

test("what is only reported is told, and decides nothing", async () => {
	const gone = () => Promise.reject(new Error("the job queue doesn't answer"));
	const app = createApp({ registry, checks: { store: async () => {} }, reported: { queue: gone } });
	const response = await app.request("/readyz");
	expect(response.status).toBe(200);
	expect(await response.json()).toEqual({
		ready: true,
		checks: { store: "ok", queue: "the job queue doesn't answer" },
	});
});

test("metrics are in Prometheus' text format", async () => {
	new Counter({ name: "cats_total", help: "Cats.", registers: [registry] }).inc(3);
	const response = await createApp({ registry, checks: {} }).request("/metrics");
	expect(response.headers.get("content-type")).toContain("text/plain");
	expect(await response.text()).toContain("cats_total 3");
});
