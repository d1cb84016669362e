/** A dialog before something that can't be undone. */
import { wordsOf } from "./api.ts";
import { Dialog } from "./dialog.tsx";
import { focusMessages } from "./focus.ts";
import { showToast } from "./state.ts";

interface Props {
	label: string;
	question: string;
	/** What goes. */
	words: string;
	action: string;
	take: () => Promise<unknown>;
	onClosed: () => void;
}

export function Confirm({ label, question, words, action, take, onClosed }: Props) {
	return (
		<Dialog label={label} onClosed={onClosed}>
			{(close) => (
				<>
					<h2>{question}</h2>
					<p>{words}</p>
					<div class="dialog-actions">
						<button type="button" class="button" onClick={close}>
							Cancel
						</button>
						<button
							type="button"
							class="button danger"
							onClick={() => {
								take().catch((reason) => showToast(wordsOf(reason)));
								close();
								focusMessages();
							}}
						>
							{action}
						</button>
					</div>
				</>
			)}
		</Dialog>
	);
}
