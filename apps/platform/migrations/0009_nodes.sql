CREATE TABLE "nodes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"name" text NOT NULL,
	"version" text NOT NULL,
	"address" text,
	"store" text NOT NULL,
	"slots" integer DEFAULT 0 NOT NULL,
	"memory_mb" double precision DEFAULT 0 NOT NULL,
	"runtime" text,
	"isolation" text,
	"services" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"started_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"heartbeat_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL
);
