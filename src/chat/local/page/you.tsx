/** The dialog about oneself: one's name, and whether one moderates the chat. */
import { useSignal } from "@preact/signals";
import { api } from "./api.ts";
import { Ask } from "./ask.tsx";
import { me, name, rename } from "./state.ts";

const roles = [
	{ canModerate: true, title: "Moderator", words: "You set labels, and your vote decides" },
	{ canModerate: false, title: "Member", words: "You ask and vote; what most agree on counts" },
];

export function You({ onClosed }: { onClosed: () => void }) {
	const canModerate = useSignal(me.value.canModerate);
	return (
		<Ask
			form={{
				title: "You",
				fields: [{ name: "name", label: "Name", placeholder: "You", maxLength: 40 }],
				submit: "Save",
			}}
			hint="Others in this chat see it beside your messages."
			initial={{ name: name.value }}
			take={async (fields) => {
				if (canModerate.value !== me.value.canModerate) {
					me.value = await api.takeRole({ canModerate: canModerate.value });
				}
				rename(fields.name ?? "");
			}}
			onClosed={onClosed}
		>
			<fieldset class="roles">
				<legend>Role</legend>
				{roles.map((role) => (
					<label key={role.title} class="role">
						<input
							type="radio"
							name="role"
							checked={canModerate.value === role.canModerate}
							onChange={() => {
								canModerate.value = role.canModerate;
							}}
						/>
						<span>
							<strong>{role.title}</strong>
							<span class="role-words">{role.words}</span>
						</span>
					</label>
				))}
			</fieldset>
		</Ask>
	);
}
