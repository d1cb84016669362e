/** A real browser for the tests that need one: Chromium of this machine, or else of the system's packages. */
import { type Browser, chromium } from "playwright-core";
import { findOrInstall } from "../../infra/servers/system-package.ts";

const FLAGS = [
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-sync",
];

/** Chromium's path, or nothing where the tests that need it are to be skipped (`findOrInstall`). */
export function findOrInstallChromium(): Promise<string | undefined> {
	return findOrInstall({
		need: "Browser tests need Chromium",
		names: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
		variable: "CHROMIUM_PATH",
		debian: "chromium",
	});
}

export function launchChromium(executablePath: string): Promise<Browser> {
	return chromium.launch({ executablePath, args: FLAGS });
}
