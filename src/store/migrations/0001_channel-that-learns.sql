CREATE TABLE "channel_settings" (
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"channel" text NOT NULL,
	"autotag" text DEFAULT 'off' NOT NULL,
	"bots" boolean DEFAULT false NOT NULL,
	"moderators" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "channel_settings_platform_workspace_channel_pk" PRIMARY KEY("platform","workspace","channel")
);
--> statement-breakpoint
CREATE TABLE "label_sets" (
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"channel" text NOT NULL,
	"version" integer NOT NULL,
	"labels" jsonb NOT NULL,
	"templates" jsonb,
	"mode" text NOT NULL,
	"threshold" real NOT NULL,
	"made_by" text NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	CONSTRAINT "label_sets_platform_workspace_channel_version_pk" PRIMARY KEY("platform","workspace","channel","version")
);
--> statement-breakpoint
CREATE TABLE "local_reactions" (
	"message" text NOT NULL,
	"emoji" text NOT NULL,
	"person" text NOT NULL,
	"person_name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "local_reactions_message_emoji_person_pk" PRIMARY KEY("message","emoji","person")
);
--> statement-breakpoint
CREATE TABLE "reactions" (
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"channel" text NOT NULL,
	"message" text NOT NULL,
	"number" integer NOT NULL,
	"emoji" text NOT NULL,
	CONSTRAINT "reactions_platform_workspace_channel_message_number_emoji_pk" PRIMARY KEY("platform","workspace","channel","message","number","emoji")
);
--> statement-breakpoint
CREATE TABLE "tags" (
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"channel" text NOT NULL,
	"message" text NOT NULL,
	"number" integer NOT NULL,
	"version" integer NOT NULL,
	"model_id" text NOT NULL,
	"scores" jsonb NOT NULL,
	"none" real NOT NULL,
	"shown" jsonb,
	"examples" integer NOT NULL,
	"tagged_at" timestamp with time zone NOT NULL,
	"first_seen" jsonb,
	CONSTRAINT "tags_platform_workspace_channel_message_number_pk" PRIMARY KEY("platform","workspace","channel","message","number")
);
--> statement-breakpoint
CREATE TABLE "votes" (
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"channel" text NOT NULL,
	"message" text NOT NULL,
	"number" integer NOT NULL,
	"voter" text NOT NULL,
	"source" text NOT NULL,
	"verdict" jsonb,
	"moderator" boolean NOT NULL,
	"order" bigint NOT NULL,
	CONSTRAINT "votes_platform_workspace_channel_message_number_voter_source_pk" PRIMARY KEY("platform","workspace","channel","message","number","voter","source")
);
--> statement-breakpoint
ALTER TABLE "images" ADD COLUMN "is_bot" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "images" ADD COLUMN "sha256" text;--> statement-breakpoint
ALTER TABLE "images" ADD COLUMN "dhash" bigint;--> statement-breakpoint
ALTER TABLE "images" ADD COLUMN "problem" text;--> statement-breakpoint
ALTER TABLE "images" ADD COLUMN "agreed" jsonb;--> statement-breakpoint
ALTER TABLE "images" ADD COLUMN "agreed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "images" ADD COLUMN "revision" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "intake" ADD COLUMN "deletes" text;--> statement-breakpoint
ALTER TABLE "intake" ADD COLUMN "applied" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "local_channels" ADD COLUMN "removed_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "local_files" ADD COLUMN "type" text;--> statement-breakpoint
ALTER TABLE "local_messages" ADD COLUMN "can_moderate" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "local_reactions" ADD CONSTRAINT "local_reactions_message_local_messages_id_fk" FOREIGN KEY ("message") REFERENCES "public"."local_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reactions" ADD CONSTRAINT "reactions_image" FOREIGN KEY ("platform","workspace","channel","message","number") REFERENCES "public"."images"("platform","workspace","channel","message","number") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tags" ADD CONSTRAINT "tags_image" FOREIGN KEY ("platform","workspace","channel","message","number") REFERENCES "public"."images"("platform","workspace","channel","message","number") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "votes" ADD CONSTRAINT "votes_image" FOREIGN KEY ("platform","workspace","channel","message","number") REFERENCES "public"."images"("platform","workspace","channel","message","number") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "tags_first_seen" ON "tags" USING btree ("platform","workspace","channel",("first_seen" ->> 'message')) WHERE "tags"."first_seen" is not null;--> statement-breakpoint
CREATE INDEX "votes_voter" ON "votes" USING btree ("platform","workspace","voter");--> statement-breakpoint
CREATE INDEX "images_agreed" ON "images" USING btree ("platform","workspace","channel","agreed_at") WHERE agreed is not null;--> statement-breakpoint
CREATE INDEX "images_sha256" ON "images" USING btree ("platform","workspace","channel","sha256");--> statement-breakpoint
CREATE INDEX "images_author" ON "images" USING btree ("platform","workspace","author");--> statement-breakpoint
CREATE INDEX "intake_deletes" ON "intake" USING btree ("platform","workspace","channel","deletes") WHERE deletes is not null;--> statement-breakpoint
CREATE INDEX "replies_posted" ON "replies" USING btree ("platform","workspace","channel","posted");