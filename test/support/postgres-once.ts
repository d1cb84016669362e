/** Before the tests of the project `postgres`: one server for all of them, and a database with the newest schema to copy. */
import type { TestProject } from "vitest/node";
import { createDatabase, dropDatabase, findOrInstallPostgres, startPostgres } from "../../infra/servers/postgres.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";

declare module "vitest" {
	interface ProvidedContext {
		/** Absent: Postgres can't be had. */
		postgres: { server: string; template: string } | undefined;
	}
}

/** @returns what ends it */
export default async function ({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
	const given = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
	const installed = given === undefined ? await findOrInstallPostgres() : undefined;
	const own = installed === undefined ? undefined : await startPostgres(installed);
	const server = given ?? own?.url;
	if (server === undefined) return undefined;
	const template = await createDatabase(server);
	await (await openPostgresStore(template.url)).close();
	provide("postgres", { server, template: template.name });
	return async () => {
		await dropDatabase(server, template.name);
		await own?.remove();
	};
}
