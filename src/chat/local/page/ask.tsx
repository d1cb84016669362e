/** A dialog that asks for a few texts. What is refused is said in it, and what was typed stays. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Form } from "../../view.ts";
import { wordsOf } from "./api.ts";
import { Dialog } from "./dialog.tsx";

interface Props {
	form: Form;
	/** By field; empty ones are left out. */
	initial?: Record<string, string>;
	/** Said until there is something to complain of. */
	hint?: string;
	/** Whatever else is asked, under the fields. */
	children?: ComponentChildren;
	/** What it throws is said. */
	take: (fields: Record<string, string>) => Promise<void>;
	onClosed: () => void;
}

export function Ask({ form, initial = {}, hint = "", children, take, onClosed }: Props) {
	const fields = useSignal(initial);
	const error = useSignal("");
	const isBusy = useSignal(false);

	async function submit(close: () => void): Promise<void> {
		if (isBusy.value) return;
		isBusy.value = true;
		try {
			const typed = form.fields.map(({ name }) => [name, fields.value[name] ?? ""]);
			await take(Object.fromEntries(typed));
			close();
		} catch (reason) {
			error.value = wordsOf(reason);
		} finally {
			isBusy.value = false;
		}
	}

	return (
		<Dialog label={form.title} onClosed={onClosed}>
			{(close) => (
				<form
					onSubmit={(event) => {
						event.preventDefault();
						void submit(close);
					}}
				>
					<h2>{form.title}</h2>
					{form.fields.map(({ name, label, placeholder, maxLength }) => (
						<label key={name} class="field">
							<span>{label}</span>
							<input
								name={name}
								value={fields.value[name] ?? ""}
								placeholder={placeholder}
								maxLength={maxLength}
								autocomplete="off"
								aria-describedby="ask-words"
								aria-invalid={error.value !== ""}
								onInput={(event) => {
									fields.value = { ...fields.value, [name]: event.currentTarget.value };
									error.value = "";
								}}
							/>
						</label>
					))}
					<p id="ask-words" class={error.value ? "field-error" : "field-hint"} role={error.value ? "alert" : undefined}>
						{error.value || hint}
					</p>
					{children}
					<div class="dialog-actions">
						<button type="button" class="button" onClick={close}>
							Cancel
						</button>
						<button type="submit" class="button primary" aria-disabled={isBusy.value}>
							{form.submit}
						</button>
					</div>
				</form>
			)}
		</Dialog>
	);
}
