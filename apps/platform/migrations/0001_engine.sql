-- What time it is. Tests of schedules, expiry and charges move it by a row of platform_keys; there is none otherwise.
CREATE FUNCTION platform_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
	SELECT clock_timestamp() + coalesce((SELECT value::interval FROM platform_keys WHERE name = 'clock_offset'), interval '0')
$$;
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"organisation_id" uuid NOT NULL,
	"webhook_id" uuid,
	"user_id" uuid,
	"event" text NOT NULL,
	"once" text NOT NULL,
	"payload" jsonb NOT NULL,
	"tries" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"sent_at" timestamp(6) with time zone,
	"failed_at" timestamp(6) with time zone,
	"error" text
);
--> statement-breakpoint
CREATE TABLE "webhooks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"organisation_id" uuid NOT NULL,
	"url" text NOT NULL,
	"secret" text NOT NULL,
	"events" jsonb NOT NULL,
	"active" boolean DEFAULT true NOT NULL
);
--> statement-breakpoint
DROP INDEX "process_service_executions_state";--> statement-breakpoint
DROP INDEX "process_executions_unfinished";--> statement-breakpoint
ALTER TABLE "ledger" ALTER COLUMN "at" SET DEFAULT platform_now();--> statement-breakpoint
ALTER TABLE "organisations" ADD COLUMN "storage_charged_until" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "data_files" ADD COLUMN "source_id" uuid;--> statement-breakpoint
ALTER TABLE "data_files" ADD COLUMN "alternative_id" uuid;--> statement-breakpoint
ALTER TABLE "component_attempts" ADD COLUMN "memory" double precision;--> statement-breakpoint
ALTER TABLE "component_attempts" ADD COLUMN "exit_type" text;--> statement-breakpoint
ALTER TABLE "component_attempts" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "requested_by" uuid;--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "role" text DEFAULT 'whole' NOT NULL;--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "due_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "missed" integer;--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "paid" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "admitted" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "open_components" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "notified" boolean;--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "charged" numeric(24, 6);--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "reuse" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "seq" bigserial NOT NULL;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "kind" text DEFAULT 'service' NOT NULL;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "dispatch" jsonb;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "dispatched" jsonb;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "waits_for" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "ready" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "price" numeric(24, 6) DEFAULT '0' NOT NULL;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "charged" numeric(24, 6);--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "reuse_key" text;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "reused_from" uuid;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "reuse_note" text;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "storage_id" uuid;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "first_attempt" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "processes" ADD COLUMN "reuse" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "processes" ADD COLUMN "slices" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "processes" ADD COLUMN "aggregators" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "processes" ADD COLUMN "schedule_start" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "processes" ADD COLUMN "schedule_runs" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "processes" ADD COLUMN "advance_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_webhook_id_webhooks_id_fk" FOREIGN KEY ("webhook_id") REFERENCES "public"."webhooks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhooks" ADD CONSTRAINT "webhooks_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "notifications_once" ON "notifications" USING btree ("once");--> statement-breakpoint
CREATE INDEX "notifications_waiting" ON "notifications" USING btree ("next_at") WHERE sent_at is null and failed_at is null;--> statement-breakpoint
CREATE INDEX "notifications_webhook" ON "notifications" USING btree ("webhook_id","created_at","id");--> statement-breakpoint
CREATE INDEX "webhooks_organisation" ON "webhooks" USING btree ("organisation_id","created_at","id");--> statement-breakpoint
CREATE INDEX "ledger_reference" ON "ledger" USING btree ("reference");--> statement-breakpoint
CREATE INDEX "process_executions_done" ON "process_executions" USING btree ("id") WHERE ended_at is null and open_components = 0;--> statement-breakpoint
CREATE INDEX "process_executions_outside" ON "process_executions" USING btree ("group_id","group_index") WHERE ended_at is null and not admitted;--> statement-breakpoint
CREATE INDEX "process_service_executions_active" ON "process_service_executions" USING btree ("state") WHERE state in ('preparing', 'running', 'publishing');--> statement-breakpoint
CREATE INDEX "process_service_executions_ready" ON "process_service_executions" USING btree ("seq") WHERE state = 'waiting' and ready;--> statement-breakpoint
CREATE INDEX "process_service_executions_reuse" ON "process_service_executions" USING btree ("reuse_key") WHERE state = 'succeeded';--> statement-breakpoint
CREATE INDEX "processes_executing" ON "processes" USING btree ("repeat_start") WHERE process_status = 'execute';--> statement-breakpoint
CREATE INDEX "process_executions_unfinished" ON "process_executions" USING btree ("process_id") WHERE ended_at is null;--> statement-breakpoint
UPDATE "process_service_executions" c SET "waits_for" = (SELECT count(*) FROM "process_service_executions" b
	WHERE b."process_execution_id" = c."process_execution_id" AND b."state" <> 'succeeded' AND c."after" @> to_jsonb(b."chain_index"));--> statement-breakpoint
UPDATE "process_service_executions" SET "ready" = "waits_for" = 0;--> statement-breakpoint
UPDATE "process_executions" e SET "open_components" = (SELECT count(*) FROM "process_service_executions" c
	WHERE c."process_execution_id" = e."id" AND c."state" NOT IN ('succeeded', 'failed', 'stopped'));--> statement-breakpoint
ALTER TABLE "process_executions" ALTER COLUMN "open_components" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "process_service_executions" ALTER COLUMN "ready" DROP DEFAULT;--> statement-breakpoint
UPDATE "processes" p SET "schedule_runs" = 1 WHERE EXISTS (SELECT FROM "process_executions" e
	WHERE e."process_id" = p."id" AND e."started_at" >= p."repeat_start");
