CREATE EXTENSION IF NOT EXISTS vector;
--> statement-breakpoint
CREATE TABLE "images" (
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"channel" text NOT NULL,
	"thread" text,
	"message" text NOT NULL,
	"number" integer NOT NULL,
	"attachment" jsonb NOT NULL,
	"author" text NOT NULL,
	"posted_at" timestamp with time zone NOT NULL,
	"embedding" vector,
	"model_id" text,
	CONSTRAINT "images_platform_workspace_channel_message_number_pk" PRIMARY KEY("platform","workspace","channel","message","number")
);
--> statement-breakpoint
CREATE TABLE "intake" (
	"id" text PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"channel" text NOT NULL,
	"message" text,
	"event" jsonb,
	"received_at" timestamp with time zone NOT NULL,
	"enqueued_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"outcome" text,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "local_channels" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	CONSTRAINT "local_channels_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "local_files" (
	"id" text PRIMARY KEY NOT NULL,
	"message" text NOT NULL,
	"number" integer NOT NULL,
	"name" text NOT NULL,
	"size" integer NOT NULL,
	"width" integer,
	"height" integer
);
--> statement-breakpoint
CREATE TABLE "local_messages" (
	"id" text PRIMARY KEY NOT NULL,
	"channel" text NOT NULL,
	"thread" text,
	"author" text NOT NULL,
	"author_name" text NOT NULL,
	"is_bot" boolean DEFAULT false NOT NULL,
	"text" text DEFAULT '' NOT NULL,
	"view" jsonb,
	"marker" text,
	"visible_to" text,
	"created_at" timestamp with time zone NOT NULL,
	"working" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "replies" (
	"platform" text NOT NULL,
	"workspace" text NOT NULL,
	"channel" text NOT NULL,
	"message" text NOT NULL,
	"purpose" text NOT NULL,
	"marker" text NOT NULL,
	"claimed_at" timestamp with time zone NOT NULL,
	"posted" text,
	CONSTRAINT "replies_platform_workspace_channel_message_purpose_pk" PRIMARY KEY("platform","workspace","channel","message","purpose")
);
--> statement-breakpoint
ALTER TABLE "local_files" ADD CONSTRAINT "local_files_message_local_messages_id_fk" FOREIGN KEY ("message") REFERENCES "public"."local_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "local_messages" ADD CONSTRAINT "local_messages_channel_local_channels_id_fk" FOREIGN KEY ("channel") REFERENCES "public"."local_channels"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "local_messages" ADD CONSTRAINT "local_messages_thread_local_messages_id_fk" FOREIGN KEY ("thread") REFERENCES "public"."local_messages"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "images_latest" ON "images" USING btree ("platform","workspace","channel","posted_at");--> statement-breakpoint
CREATE INDEX "intake_owed" ON "intake" USING btree ("enqueued_at") WHERE outcome is null;--> statement-breakpoint
CREATE INDEX "intake_message" ON "intake" USING btree ("platform","workspace","channel","message");--> statement-breakpoint
CREATE INDEX "local_files_message" ON "local_files" USING btree ("message");--> statement-breakpoint
CREATE INDEX "local_messages_channel" ON "local_messages" USING btree ("channel","id");--> statement-breakpoint
CREATE INDEX "local_messages_thread" ON "local_messages" USING btree ("thread","id");--> statement-breakpoint
CREATE UNIQUE INDEX "local_messages_marker" ON "local_messages" USING btree ("channel","marker");--> statement-breakpoint
CREATE UNIQUE INDEX "replies_marker" ON "replies" USING btree ("marker");