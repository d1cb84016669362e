/** What can complete the command being typed. The composer keeps the focus and moves through it. */
import { useEffect, useRef } from "preact/hooks";
import type { Completion, CompletionItem } from "./completion.ts";
import { ForModerators } from "./for-moderators.tsx";
import { me } from "./state.ts";
import { count } from "./wording.ts";

const titles = { command: "Commands", option: "Options", value: "Choices", person: "People" };

interface Props {
	id: string;
	completion: Completion;
	active: number;
	onTake: (item: CompletionItem) => void;
}

export function CompletionList({ id, completion, active, onTake }: Props) {
	const list = useRef<HTMLDivElement>(null);
	// The active item is kept in view.
	useEffect(() => {
		list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
	}, [active]);
	return (
		<div class="completion">
			<span class="sr-only" role="status">
				{count(completion.items.length, "suggestion")}
			</span>
			<div class="completion-title">
				<span>{titles[completion.of]}</span>
				<span class="keys">
					<kbd>↑</kbd> <kbd>↓</kbd> to move, <kbd>Tab</kbd> to take
				</span>
			</div>
			<div ref={list} id={id} role="listbox" aria-label={titles[completion.of]}>
				{completion.items.map((item, index) => (
					// biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled where the focus is, in the composer
					<div
						key={item.label}
						id={`${id}-${index}`}
						role="option"
						tabIndex={-1}
						aria-selected={index === active}
						class={item.who === "moderators" && !me.value.canModerate ? "barred" : ""}
						// The composer keeps the focus.
						onMouseDown={(event) => event.preventDefault()}
						onClick={() => onTake(item)}
					>
						<span class="completion-label">{item.label}</span>
						<span class="completion-description">{item.description}</span>
						{item.who === "moderators" && <ForModerators />}
					</div>
				))}
			</div>
		</div>
	);
}
