import { expect, test } from "vitest";
import { Gate } from "./gate.ts";

/** Who has come through, by name; each leaves when told to. */
function visitors() {
	const gate = new Gate();
	const came: string[] = [];
	const enter = (name: string, alone: boolean) =>
		(alone ? gate.enterAlone() : gate.enter()).then((leave) => {
			came.push(name);
			return leave;
		});
	/** Everyone who can come through has. */
	const settled = () => new Promise((resolve) => setImmediate(resolve));
	return {
		came,
		settled,
		enter: (name: string) => enter(name, false),
		enterAlone: (name: string) => enter(name, true),
	};
}

test("many are inside at once, and one who has to be alone waits until they have left", async () => {
	const { came, settled, enter, enterAlone } = visitors();
	const [a, b] = await Promise.all([enter("a"), enter("b")]);
	void enterAlone("alone");
	await settled();
	a();
	await settled();
	expect(came).toEqual(["a", "b"]);
	b();
	await settled();
	expect(came).toEqual(["a", "b", "alone"]);
});

test("while one is alone, or waits to be, nobody else goes in; then all do who don't have to be, and the next alone after them", async () => {
	const { came, settled, enter, enterAlone } = visitors();
	const a = await enter("a");
	const alone = enterAlone("alone");
	const [b, c] = [enter("b"), enter("c")];
	const later = enterAlone("later");
	const d = enter("d");
	a();
	const leave = await alone;
	await settled();
	expect(came).toEqual(["a", "alone"]);
	leave();
	const e = enter("e");
	await settled();
	expect(came).toEqual(["a", "alone", "b", "c", "d"]);
	for (const inside of [b, c]) (await inside)();
	await settled();
	expect(came).toEqual(["a", "alone", "b", "c", "d"]);
	(await d)();
	await settled();
	expect(came).toEqual(["a", "alone", "b", "c", "d", "later"]);
	(await later)();
	await e;
	expect(came).toEqual(["a", "alone", "b", "c", "d", "later", "e"]);
});
