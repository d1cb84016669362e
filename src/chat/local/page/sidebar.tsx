/** The channels, and who one is; a drawer on a narrow screen. */
import { addressOf } from "./address.ts";
import { Avatar } from "./avatar.tsx";
import { IconButton } from "./icon-button.tsx";
import { CloseIcon, EditIcon, HashIcon, PlusIcon, TagMark } from "./icons.tsx";
import { channels, connection, current, dialog, drawerOpen, me, shownName, unread } from "./state.ts";

export function Sidebar({ isDrawer }: { isDrawer: boolean }) {
	const role = me.value.canModerate ? "Moderator" : "Member";
	return (
		<nav
			class={`sidebar ${drawerOpen.value ? "open" : ""}`}
			aria-label="Channels"
			inert={isDrawer && !drawerOpen.value}
		>
			<div class="brand">
				<span class="brand-mark">
					<TagMark size={20} />
				</span>
				<span class="brand-name">Tagalong</span>
				{isDrawer && (
					<IconButton
						label="Close channels"
						onClick={() => {
							drawerOpen.value = false;
						}}
					>
						<CloseIcon />
					</IconButton>
				)}
			</div>
			<div class="section">
				<h2>Channels</h2>
				<IconButton
					label="New channel"
					onClick={() => {
						dialog.value = { kind: "new-channel" };
					}}
				>
					<PlusIcon size={18} />
				</IconButton>
			</div>
			<ul class="channels">
				{channels.value.map((each) => (
					<li key={each.id}>
						<a
							href={addressOf(each.name)}
							class={unread.value.has(each.id) ? "unread" : ""}
							aria-current={each.id === current.value ? "page" : undefined}
							onClick={() => {
								drawerOpen.value = false;
							}}
						>
							<HashIcon size={16} />
							<span>{each.name}</span>
							{unread.value.has(each.id) && <span class="sr-only">, unread</span>}
						</a>
					</li>
				))}
			</ul>
			<button
				type="button"
				class="who"
				aria-label={`You are ${shownName.value}, ${role.toLowerCase()}. Change name or role`}
				onClick={() => {
					dialog.value = { kind: "you" };
				}}
			>
				<Avatar id={me.value.id} name={shownName.value} isBot={false} />
				<span class="who-name">
					<span class="who-line">
						<strong>{shownName}</strong>
						<span class="role-badge">{role}</span>
					</span>
					<span class={`status ${connection.value}`}>{connection.value === "live" ? "Online" : "Connecting…"}</span>
				</span>
				<EditIcon size={16} />
			</button>
		</nav>
	);
}
