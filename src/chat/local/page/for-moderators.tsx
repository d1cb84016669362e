/** Marks what only a moderator may do. */

export function ForModerators() {
	return <span class="for-moderators">moderators</span>;
}
