CREATE TABLE "pending_targets" (
	"id" text PRIMARY KEY NOT NULL,
	"asker" text NOT NULL,
	"target" jsonb NOT NULL,
	"kept_until" timestamp with time zone NOT NULL
);
