/** Buttons and selects as Discord's action rows, and which of them go first where there is room for few. */
import {
	type APIActionRowComponent,
	type APIButtonComponentWithCustomId,
	type APIComponentInMessageActionRow,
	type APISelectMenuOption,
	type APIStringSelectComponent,
	ButtonStyle,
	ComponentType,
} from "discord.js";
import type { Control } from "../view.ts";
import { shorten } from "./cut.ts";
import { partialEmoji, plain } from "./escape.ts";
import { limits } from "./limits.ts";

type Button = Extract<Control, { kind: "button" }>;
type Select = Extract<Control, { kind: "select" }>;

export interface ActionRow {
	component: APIActionRowComponent<APIComponentInMessageActionRow>;
	/** Components, the row itself included. */
	cost: number;
	kind: Control["kind"];
}

/** In the order given: buttons that stand together share rows, a select has one of its own. */
export function actionRows(controls: readonly Control[]): ActionRow[] {
	const rows: ActionRow[] = [];
	const ids = new Set<string>();
	for (const control of controls) {
		// The same control twice is one, and Discord refuses the same id twice.
		if (ids.has(control.id) || (control.kind === "select" && control.options.length === 0)) continue;
		ids.add(control.id);
		const last = rows.at(-1);
		const component = control.kind === "button" ? button(control) : select(control);
		const joins = control.kind === "button" && last?.kind === "button" && last.cost <= limits.buttonsInRow;
		if (joins) {
			last.component.components.push(component);
			last.cost += 1;
		} else {
			rows.push({
				component: { type: ComponentType.ActionRow, components: [component] },
				cost: 2,
				kind: control.kind,
			});
		}
	}
	return rows;
}

/** Rows for which there is room, in their order. Selects come first: they offer everything, buttons only the likeliest. */
export function rowsWithin(rows: readonly ActionRow[], room: number): ActionRow[] {
	let left = room;
	const chosen = new Set<ActionRow>();
	for (const row of [...selectsOf(rows), ...rows.filter(({ kind }) => kind === "button")]) {
		if (row.cost > left) continue;
		chosen.add(row);
		left -= row.cost;
	}
	return rows.filter((row) => chosen.has(row));
}

/** Components without which there would be nothing to press at all. */
export function leastRoom(rows: readonly ActionRow[]): number {
	const first = selectsOf(rows)[0] ?? rows[0];
	return first?.cost ?? 0;
}

/** What is said of controls that have no room; undefined if all have. */
export function leftOutInWords(rows: readonly ActionRow[], shown: readonly ActionRow[]): string | undefined {
	const missing = rows.filter((row) => !shown.includes(row));
	const count = missing.reduce((sum, { component }) => sum + component.components.length, 0);
	if (count === 0) return undefined;
	const what = selectsOf(missing).length > 0 ? "control" : "button";
	const instead = selectsOf(shown).length > 0 ? ": pick from the list" : "";
	return `-# No room here for ${count} ${what}${count === 1 ? "" : "s"}${instead}.`;
}

function selectsOf(rows: readonly ActionRow[]): ActionRow[] {
	return rows.filter(({ kind }) => kind === "select");
}

function button({ id, label, emoji, style, pressed }: Button): APIButtonComponentWithCustomId {
	const { text, icon } = named(label, emoji, limits.buttonLabel);
	return {
		type: ComponentType.Button,
		style: pressed ? ButtonStyle.Success : styles[style ?? "plain"],
		custom_id: id,
		label: text,
		...(icon && { emoji: icon }),
	};
}

const styles = {
	plain: ButtonStyle.Secondary,
	primary: ButtonStyle.Primary,
	danger: ButtonStyle.Danger,
} as const;

/** Options beyond what Discord shows are the last ones, and the placeholder says that they are missing. */
function select({ id, placeholder, options }: Select): APIStringSelectComponent {
	const known = [...new Map(options.map((option) => [option.id, option])).values()];
	const shown = known.slice(0, limits.selectOptions);
	const missing =
		known.length > shown.length ? ` (the first ${shown.length} of ${known.length.toLocaleString("en")})` : "";
	const words = plain(placeholder).trim();
	return {
		type: ComponentType.StringSelect,
		custom_id: id,
		placeholder: `${shorten(words || "Choose", limits.placeholder - missing.length)}${missing}`,
		options: shown.map((option): APISelectMenuOption => {
			const { text, icon } = named(option.label, option.emoji, limits.optionLabel);
			return { label: text, value: option.id, ...(icon && { emoji: icon }) };
		}),
	};
}

/** An emoji that Discord doesn't take beside a text stands in it. Nothing in either is formatted. */
function named(label: string, emoji: string | undefined, most: number) {
	const icon = emoji === undefined ? undefined : partialEmoji(emoji);
	const words = emoji === undefined || icon ? label : `${emoji} ${label}`;
	return { text: shorten(plain(words).trim() || "…", most), icon };
}
