CREATE TABLE "installations" (
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"sealed" text NOT NULL,
	"installed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "installations_platform_workspace_pk" PRIMARY KEY("platform","workspace")
);
--> statement-breakpoint
ALTER TABLE "intake" ADD COLUMN "underway" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "intake" ADD COLUMN "alone" integer DEFAULT 0 NOT NULL;