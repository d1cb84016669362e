import { describe, expect, test } from "vitest";
import { catalogue, commands, findCommand } from "./catalogue.ts";
import { createHelp } from "./help.ts";

describe("every command", () => {
	test.each(catalogue.map((command) => [command.name, command] as const))(
		"/%s can be listed and explained",
		(_, command) => {
			expect(command.name).toMatch(/^[a-z]{1,32}$/);
			expect(command.description.length).toBeLessThanOrEqual(100);
			expect(command.description).not.toMatch(/\.$/);
			expect(command.examples.length).toBeGreaterThan(0);
			for (const example of command.examples) expect(example.startsWith(`/${command.name}`)).toBe(true);
			for (const option of command.options) expect(option.description.length, option.name).toBeGreaterThan(0);
		},
	);

	test("names are unique", () => {
		expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
		expect(findCommand("classify")?.firstAnswer).toBe("deferred");
		expect(findCommand("nothing")).toBeUndefined();
	});

	test("options are described from their schema", () => {
		const [classify] = catalogue;
		expect(classify?.options.map(({ name, required, choices }) => ({ name, required, choices }))).toEqual([
			{ name: "labels", required: true, choices: undefined },
			{ name: "mode", required: false, choices: ["one", "many"] },
			{ name: "template", required: false, choices: undefined },
		]);
	});
});

describe("/help", () => {
	const help = createHelp(() => catalogue);
	// /help needs neither the event nor the services.
	const run = (command?: string) =>
		help.run(command === undefined ? {} : { command }, undefined as never, undefined as never);

	test("lists every command, to the person alone", async () => {
		const view = await run();
		expect(view.ephemeral).toBe(true);
		for (const { name } of catalogue) expect(JSON.stringify(view)).toContain(`/${name}`);
	});

	test.each(catalogue.map(({ name }) => name))("explains /%s with its options and examples", async (name) => {
		const text = JSON.stringify(await run(name));
		const command = catalogue.find((each) => each.name === name);
		for (const option of command?.options ?? []) expect(text).toContain(option.description.slice(0, 20));
		for (const example of command?.examples ?? []) expect(text).toContain(example);
	});

	test("a leading slash is fine, an unknown name is not", async () => {
		expect(JSON.stringify(await run("/classify"))).toContain("polar bear, panda");
		await expect(run("dance")).rejects.toThrow("There is no command /dance.");
	});
});
