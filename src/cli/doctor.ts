/** `tagalong doctor`: checks configuration, model, store, Redis and Discord, and says what to do. */
import { Command } from "commander";
import { type Config, type DiscordConfig, parseConfig } from "../config.ts";
import { UserError } from "../errors.ts";
import { openClassifier } from "./open-classifier.ts";
import { inWords, print, printJson } from "./terminal.ts";

interface Finding {
	check: string;
	ok: boolean;
	/** What was found, and what to do if it isn't well. */
	message: string;
}

export function doctorCommand(): Command {
	return new Command("doctor")
		.description("Check configuration, model, store, Redis and Discord, and say what to do")
		.option("--json", "print one JSON document")
		.action(async ({ json }: { json?: boolean }) => {
			const findings = await examine();
			if (findings.some(({ ok }) => !ok)) process.exitCode = 1;
			if (json) return printJson({ findings });
			for (const { ok, check, message } of findings) print(`${ok ? "✓" : "✗"} ${check}: ${message}`);
		});
}

async function examine(): Promise<Finding[]> {
	const config = readConfig();
	if (Array.isArray(config)) return config;
	const { dataDir, databaseUrl, model, redisUrl, redisCacheUrl } = config;
	const findings = [
		{ check: "configuration", ok: true, message: `well-formed; model ${model}, data in ${dataDir}.` },
		await finding("model", () => modelWorks(model)),
		processes(config),
		await finding("store", () => (databaseUrl === undefined ? storeWorks(dataDir) : postgresWorks(databaseUrl))),
	];
	// Loaded only here, as the store is.
	const { queueRedisWorks, cacheRedisWorks } = await import("./examine-redis.ts");
	if (redisUrl !== undefined) findings.push(await finding("queue", () => queueRedisWorks(redisUrl)));
	if (redisCacheUrl !== undefined) findings.push(await finding("text cache", () => cacheRedisWorks(redisCacheUrl)));
	if (config.discord) findings.push(...(await examineDiscord(config.discord)));
	return findings;
}

/** What isn't known of an application whose token is wrong isn't asked. */
async function examineDiscord(discord: DiscordConfig): Promise<Finding[]> {
	// Loaded only here, as the store is.
	const { readApplication, tokenFits, howToInstall, seesImages, interactionsArrive, commandsAreRegistered } =
		await import("./examine-discord.ts");
	let application: Awaited<ReturnType<typeof readApplication>> | undefined;
	const bot = await finding("discord", async () => {
		application = await readApplication(discord);
		return tokenFits(application, discord);
	});
	const found = application;
	if (!bot.ok || !found) return [bot];
	return [
		bot,
		{ check: "discord installation", ok: true, message: howToInstall(found) },
		await finding("discord images", async () => seesImages(found, discord)),
		await finding("discord interactions", async () => interactionsArrive(found, discord)),
		await finding("discord commands", () => commandsAreRegistered(discord)),
	];
}

/** The configuration, or what is wrong with it: a finding for each malformed variable. */
function readConfig(): Config | Finding[] {
	try {
		return parseConfig(process.env);
	} catch (error) {
		if (!(error instanceof UserError)) throw error;
		const { message, hint } = error;
		return message.split("\n").map((line) => ({ check: "configuration", ok: false, message: `${line} ${hint}` }));
	}
}

/** @param works says in words that all is well, or throws */
async function finding(check: string, works: () => Promise<string>): Promise<Finding> {
	try {
		return { check, ok: true, message: await works() };
	} catch (error) {
		return { check, ok: false, message: inWords(error) };
	}
}

/** Which processes can run with what is configured. */
function processes({ databaseUrl, redisUrl }: Config): Finding {
	const missing = [databaseUrl === undefined && "DATABASE_URL", redisUrl === undefined && "REDIS_URL"].filter(Boolean);
	const message =
		missing.length === 0
			? "`tagalong serve`, and `tagalong front` and `tagalong gateway` with `tagalong worker`."
			: `\`tagalong serve\`; \`tagalong front\`, \`gateway\` and \`worker\` would need ${missing.join(" and ")}.`;
	return { check: "can run", ok: true, message };
}

async function modelWorks(name: string): Promise<string> {
	const classifier = await openClassifier(name);
	const { encodeProbe } = await import("../http/probe.ts");
	await encodeProbe(classifier).finally(() => classifier.close());
	const { manifest, device } = classifier.model;
	const remarks = [`${manifest.title} encodes an image on the ${device === "cuda" ? "GPU" : "CPU"}.`];
	if (!classifier.poolReady) remarks.push(`“None of these” is a guess until \`tagalong models prepare ${name}\`.`);
	if (!classifier.scoring.model.calibration)
		remarks.push("Its percentages are uncalibrated; `tagalong calibrate` fits them.");
	return remarks.join(" ");
}

/** Opens the store as the bot would, making it where there is none. */
async function storeWorks(dataDir: string): Promise<string> {
	// Loaded only here: the database would slow the start of every other command.
	const { openStore } = await import("../store/embedded-store.ts");
	const store = await openStore(dataDir).catch((error) => {
		if (error instanceof UserError && error.code === "store.locked") return undefined;
		throw error;
	});
	if (!store) return `the data folder ${dataDir} is in use by a running Tagalong; ask its /readyz.`;
	await store.ping().finally(() => store.close());
	return `the data folder ${dataDir} answers.`;
}

/** Looks without changing anything: the database may serve others, of another version. */
async function postgresWorks(url: string): Promise<string> {
	const { inspect } = await import("../store/postgres-upkeep.ts");
	return await inspect(url);
}
