CREATE TABLE "gateway_marks" (
	"platform" text NOT NULL,
	"application" text NOT NULL,
	"told_until" timestamp with time zone NOT NULL,
	CONSTRAINT "gateway_marks_platform_application_pk" PRIMARY KEY("platform","application")
);
