/** What the page asks: names, what a choice needs to know, and whether to delete. */
import { api } from "./api.ts";
import { Ask } from "./ask.tsx";
import { sendChoice } from "./choose.ts";
import { Confirm } from "./confirm.tsx";
import { dropChannel, select } from "./navigation.ts";
import { channels, dialog, drawerOpen } from "./state.ts";
import { count, together } from "./wording.ts";
import { You } from "./you.tsx";

export function Dialogs() {
	const asked = dialog.value;
	// Another question may have taken its place meanwhile: that one stays.
	const dismiss = () => {
		if (dialog.value === asked) dialog.value = undefined;
	};
	switch (asked?.kind) {
		case "new-channel":
			return (
				<Ask
					form={{
						title: "New channel",
						fields: [{ name: "name", label: "Name", placeholder: "wildlife", maxLength: 40 }],
						submit: "Create channel",
					}}
					hint="Letters, digits, hyphens and underscores."
					take={async ({ name = "" }) => {
						const made = await api.createChannel(name);
						if (!channels.value.some((each) => each.id === made.id)) channels.value = [...channels.value, made];
						drawerOpen.value = false;
						select(made.id);
					}}
					onClosed={dismiss}
				/>
			);
		case "you":
			return <You onClosed={dismiss} />;
		case "form": {
			const { form, message, choice } = asked;
			return (
				<Ask
					key={`${choice.control} ${form.title}`}
					form={form}
					take={(fields) => sendChoice(message, { ...choice, fields })}
					onClosed={dismiss}
				/>
			);
		}
		case "delete": {
			const { message, replies } = asked;
			const along = [
				message.files.length > 0 && count(message.files.length, "picture"),
				replies > 0 && count(replies, "reply", "replies"),
			].filter((part) => part !== false);
			return (
				<Confirm
					label="Delete message"
					question="Delete this message?"
					words={`${along.length > 0 ? `Its ${together(along)} go with it. ` : ""}This can't be undone.`}
					action="Delete"
					take={() => api.remove(message.id)}
					onClosed={dismiss}
				/>
			);
		}
		case "remove-channel": {
			const { id, name } = asked.channel;
			return (
				<Confirm
					label="Remove channel"
					question={`Remove #${name}?`}
					words="Its messages and pictures, its labels, all votes and what was learned from them go for everyone. This can't be undone."
					action="Remove channel"
					take={async () => {
						await api.removeChannel(id);
						dropChannel(id);
					}}
					onClosed={dismiss}
				/>
			);
		}
		case undefined:
			return null;
	}
}
