/** What Discord accepts as components, of messages and of modals: its documented fields and limits, and nothing else. */
import { z } from "zod";

// Pages: https://docs.discord.com/developers/components/reference. Numbers stand here again rather than being imported, so
// that a wrong one in the program is found.

export const snowflake = z.string().regex(/^\d{15,20}$/);
const componentId = z
	.int()
	.min(0)
	.max(2 ** 31 - 1)
	.optional();
const customId = z.string().min(1).max(100);
/** Discord trims, and refuses what is then empty. */
export const words = (most: number) =>
	z
		.string()
		.max(most)
		.refine((text) => text.trim() !== "", "is blank");

const oneEmoji = String.raw`^\p{RGI_Emoji}$`;
const unicodeEmoji = new RegExp(oneEmoji, "v");
const emoji = z
	.strictObject({
		id: snowflake.optional(),
		name: z.string().min(1).max(100).optional(),
		animated: z.boolean().optional(),
	})
	.refine(({ id, name }) => id !== undefined || unicodeEmoji.test(name ?? ""), "Invalid emoji");

const webAddress = /^https?:\/\/[^\s]+$/;
const upload = /^attachment:\/\/[\w.-]+$/;
const media = z.strictObject({
	url: z
		.string()
		.max(2048)
		.refine((url) => webAddress.test(url) || upload.test(url), "Scheme must be one of http, https, attachment"),
});
const description = z.string().min(1).max(1024).nullable().optional();
const spoiler = z.boolean().optional();

const pressable = z
	.strictObject({
		type: z.literal(2),
		id: componentId,
		style: z.int().min(1).max(4),
		label: words(80).optional(),
		emoji: emoji.optional(),
		custom_id: customId,
		disabled: z.boolean().optional(),
	})
	.refine((button) => button.label !== undefined || button.emoji !== undefined, "A button must have a label or emoji");
const linkButton = z
	.strictObject({
		type: z.literal(2),
		id: componentId,
		style: z.literal(5),
		label: words(80).optional(),
		emoji: emoji.optional(),
		url: z.string().max(512).regex(webAddress),
		disabled: z.boolean().optional(),
	})
	.refine((button) => button.label !== undefined || button.emoji !== undefined, "A button must have a label or emoji");
const button = z.union([pressable, linkButton]);

const option = z.strictObject({
	label: words(100),
	value: z.string().min(1).max(100),
	description: words(100).optional(),
	emoji: emoji.optional(),
	default: z.boolean().optional(),
});
const selectFields = {
	type: z.literal(3),
	id: componentId,
	custom_id: customId,
	placeholder: z.string().max(150).optional(),
	options: z
		.array(option)
		.min(1)
		.max(25)
		.refine((options) => unique(options.map(({ value }) => value)), "The specified option value is already used"),
	min_values: z.int().min(0).max(25).optional(),
	max_values: z.int().min(1).max(25).optional(),
};
const select = z.strictObject({ ...selectFields, disabled: z.boolean().optional() });

const actionRow = z.strictObject({
	type: z.literal(1),
	id: componentId,
	components: z.union([z.array(button).min(1).max(5), z.array(select).length(1)]),
});
const textDisplay = z.strictObject({ type: z.literal(10), id: componentId, content: words(4000) });
const thumbnail = z.strictObject({ type: z.literal(11), id: componentId, media, description, spoiler });
const section = z.strictObject({
	type: z.literal(9),
	id: componentId,
	components: z.array(textDisplay).min(1).max(3),
	accessory: z.union([button, thumbnail]),
});
const gallery = z.strictObject({
	type: z.literal(12),
	id: componentId,
	items: z.array(z.strictObject({ media, description, spoiler })).min(1).max(10),
});
const file = z.strictObject({
	type: z.literal(13),
	id: componentId,
	file: z.strictObject({ url: z.string().regex(upload) }),
	spoiler,
});
const separator = z.strictObject({
	type: z.literal(14),
	id: componentId,
	divider: z.boolean().optional(),
	spacing: z.literal([1, 2]).optional(),
});
const inContainer = z.discriminatedUnion("type", [actionRow, textDisplay, section, gallery, file, separator]);
const container = z.strictObject({
	type: z.literal(17),
	id: componentId,
	components: z.array(inContainer).min(1),
	accent_color: z.int().min(0).max(0xffffff).nullable().optional(),
	spoiler,
});

/** Of a message with IS_COMPONENTS_V2. */
export const messageComponents = z
	.array(z.discriminatedUnion("type", [actionRow, textDisplay, section, gallery, file, separator, container]))
	.min(1)
	.superRefine(totals);

/** Of a message without it: rows of buttons and selects alone. */
export const legacyComponents = z.array(actionRow).max(5).superRefine(totals);

function totals(components: readonly Component[], context: z.RefinementCtx): void {
	const all = allWithin(components);
	const refuse = (message: string) => context.addIssue({ code: "custom", message });
	if (all.length > 40) refuse(`${all.length} components, at most 40 in a message`);
	const text = all.reduce((sum, { content }) => sum + (typeof content === "string" ? content.length : 0), 0);
	if (text > 4000) refuse(`${text} characters in text displays, at most 4000 in a message`);
	const given = (name: string) => all.flatMap((component) => component[name] || []);
	if (!unique(given("custom_id"))) refuse("Component custom id cannot be duplicated");
	if (!unique(given("id"))) refuse("Component id cannot be duplicated");
}

const textInput = z
	.strictObject({
		type: z.literal(4),
		id: componentId,
		custom_id: customId,
		style: z.literal([1, 2]),
		min_length: z.int().min(0).max(4000).optional(),
		max_length: z.int().min(1).max(4000).optional(),
		required: z.boolean().optional(),
		value: z.string().max(4000).optional(),
		placeholder: z.string().max(100).optional(),
	})
	.refine(({ min_length = 0, max_length = 4000 }) => min_length <= max_length, "min_length is above max_length");
const modalSelect = z.strictObject({ ...selectFields, required: z.boolean().optional() });
const fileUpload = z.strictObject({
	type: z.literal(19),
	id: componentId,
	custom_id: customId,
	min_values: z.int().min(0).max(10).optional(),
	max_values: z.int().min(1).max(10).optional(),
	required: z.boolean().optional(),
});
const label = z.strictObject({
	type: z.literal(18),
	id: componentId,
	label: words(45),
	description: z.string().max(100).optional(),
	component: z.union([textInput, modalSelect, fileUpload]),
});

export const modal = z
	.strictObject({
		custom_id: customId,
		title: words(45),
		components: z
			.array(z.discriminatedUnion("type", [label, textDisplay]))
			.min(1)
			.max(5),
	})
	.refine(
		({ components }) => unique(allWithin(components).flatMap(({ custom_id }) => custom_id ?? [])),
		"Component custom id cannot be duplicated",
	);

/** Names of uploads that components point to. */
export function uploadsShown(components: unknown): string[] {
	return [...JSON.stringify(components ?? []).matchAll(/"attachment:\/\/([^"]+)"/g)].map(([, name = ""]) => name);
}

export function unique(values: readonly unknown[]): boolean {
	return new Set(values).size === values.length;
}

type Component = Record<string, unknown>;

/** Every component, those inside others included; items of galleries and options of selects are none. */
function allWithin(components: readonly Component[]): Component[] {
	return components.flatMap((component) => {
		const { components: inner = [], accessory, component: only } = component;
		// A component's fields of these names hold components, by the schemas above.
		const within = [...(inner as Component[]), ...[accessory, only].filter((one) => one !== undefined)] as Component[];
		return [component, ...allWithin(within)];
	});
}
