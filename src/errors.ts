/**
 * The errors a person sees, all made under errors/: an identifier for tests and logs, what is wrong, and what to do next.
 * Everything else that is thrown is a fault of ours and is shown as "something went wrong".
 */
export * from "./errors/channel.ts";
export * from "./errors/chat.ts";
export * from "./errors/discord.ts";
export * from "./errors/images.ts";
export * from "./errors/labels.ts";
export * from "./errors/models.ts";
export * from "./errors/process.ts";
export * from "./errors/secrets.ts";
export * from "./errors/study.ts";
export { isRefusal, UserError } from "./errors/user-error.ts";
export * from "./errors/votes.ts";
