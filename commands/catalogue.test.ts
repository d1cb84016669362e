import { describe, expect, test } from "vitest";
import { textOf } from "../test/support/bot.ts";
import { catalogue, commands, findCommand, groups } from "./catalogue.ts";
import { createHelp } from "./help.ts";
import { groupOf, parseTyped } from "./typed.ts";

describe("every command", () => {
	test.each(catalogue.map((command) => [command.name, command] as const))(
		"/%s can be listed and explained",
		(_, command) => {
			expect(command.name).toMatch(/^[a-z]{1,32}( [a-z]{1,32})?$/);
			expect(command.description.length).toBeLessThanOrEqual(100);
			expect(command.description).not.toMatch(/\.$/);
			expect(command.examples.length).toBeGreaterThan(0);
			for (const example of command.examples) expect(parseTyped(example, catalogue).name).toBe(command.name);
			for (const option of command.options) {
				expect(option.description.length, option.name).toBeGreaterThan(0);
				expect(option.description.length, option.name).toBeLessThanOrEqual(100);
			}
			for (const option of Object.keys(commands.find(({ name }) => name === command.name)?.complete ?? {})) {
				expect(command.options.find(({ name }) => name === option)?.completes).toBe(true);
			}
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
			{ name: "labels", required: false, choices: undefined },
			{ name: "mode", required: false, choices: ["one", "many"] },
			{ name: "template", required: false, choices: undefined },
		]);
	});
});

describe("/help", () => {
	const help = createHelp(() => catalogue, groups);
	// /help needs neither the event nor the services.
	const run = (command?: string) =>
		help.run(command === undefined ? {} : { command }, undefined as never, undefined as never);

	test("lists every command, to the person alone", async () => {
		const view = await run();
		expect(view.ephemeral).toBe(true);
		for (const { name } of catalogue) {
			const line = textOf(view)
				.split("\n")
				.filter((text) => text.startsWith(`/${name.split(" ")[0]} `));
			expect(line, name).toHaveLength(1);
			expect(line[0]).toContain(name.split(" ").at(-1));
		}
	});

	test.each(Object.entries(groups))(
		"explains the group /%s: each member by an example and its line",
		async (group, about) => {
			const members = catalogue.filter((command) => groupOf(command) === group);
			expect(members.length).toBeGreaterThan(1);
			const text = textOf(await run(group));
			expect(text).toContain(about);
			for (const { examples, description } of members) expect(text).toContain(`${examples[0]} ${description}.`);
		},
	);

	test("every command of two words is of a group that is explained", () => {
		const named = catalogue.flatMap((command) => groupOf(command) ?? []);
		expect([...new Set(named)].sort()).toEqual(Object.keys(groups).sort());
	});

	test.each(catalogue.map(({ name }) => name))("explains /%s with its options and examples", async (name) => {
		const text = JSON.stringify(await run(name));
		const command = catalogue.find((each) => each.name === name);
		for (const option of command?.options ?? []) expect(text).toContain(option.description.slice(0, 20));
		for (const example of command?.examples ?? []) expect(text).toContain(example);
	});

	test("a leading slash is fine, an unknown name is not", async () => {
		expect(JSON.stringify(await run("/classify"))).toContain("polar bear, panda");
		expect(JSON.stringify(await run("/Labels  SET"))).toContain("/labels set polar bear, panda");
		await expect(run("labels sett")).rejects.toThrow(expect.objectContaining({ hint: "Did you mean /labels set?" }));
		await expect(run("dance")).rejects.toThrow("There is no command /dance.");
	});
});
