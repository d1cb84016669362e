/** Puts the chat on the page. */
import { render } from "preact";
import "./main.css";
import { App } from "./app.tsx";
import { drawerOpen } from "./state.ts";
import { start } from "./sync.ts";

const root = document.getElementById("app");
if (root) render(<App />, root);
addEventListener("keydown", (event) => {
	if (event.key === "Escape") drawerOpen.value = false;
});
void start();
