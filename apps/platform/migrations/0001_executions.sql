CREATE TABLE "component_attempts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"component_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"host" uuid NOT NULL,
	"state" text NOT NULL,
	"folder" text NOT NULL,
	"handle" jsonb,
	"log_offset" bigint DEFAULT 0 NOT NULL,
	"metrics_offset" bigint DEFAULT 0 NOT NULL,
	"started_at" timestamp(6) with time zone,
	"ended_at" timestamp(6) with time zone,
	"exit_code" integer,
	"signal" text,
	"ended_by" text,
	"out_of_memory" boolean,
	"peak_memory_bytes" bigint,
	"peak_storage_bytes" bigint,
	"cpu_seconds" double precision,
	"cleaned" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "component_logs" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"component_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"stream" text NOT NULL,
	"logged_at" timestamp(6) with time zone NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"message" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "component_metrics" (
	"seq" bigserial PRIMARY KEY NOT NULL,
	"component_id" uuid NOT NULL,
	"attempt" integer NOT NULL,
	"sample" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "process_executions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"organisation_id" uuid NOT NULL,
	"process_id" uuid NOT NULL,
	"process_name" text NOT NULL,
	"group_id" uuid,
	"group_index" integer,
	"group_count" integer,
	"options" jsonb NOT NULL,
	"chains" jsonb NOT NULL,
	"region_data_id" uuid,
	"started_at" timestamp(6) with time zone NOT NULL,
	"ended_at" timestamp(6) with time zone,
	"halt" text,
	"stopped" boolean DEFAULT false NOT NULL,
	"abort" boolean DEFAULT false NOT NULL,
	"abort_reason" text,
	"exit_type" text,
	"success" boolean DEFAULT false NOT NULL,
	"progress" integer DEFAULT 0 NOT NULL,
	"price" numeric(24, 6) NOT NULL,
	"output_storage_days" integer NOT NULL,
	"delete_expiry" timestamp(6) with time zone NOT NULL,
	"delete_expiry_chosen" boolean DEFAULT false NOT NULL,
	"delete_warning_status" text DEFAULT 'delete_warning_not_sent' NOT NULL,
	"delete_protection" boolean DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE TABLE "process_service_executions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"organisation_id" uuid NOT NULL,
	"process_execution_id" uuid NOT NULL,
	"process_id" uuid NOT NULL,
	"service_id" uuid NOT NULL,
	"ssd_id" uuid NOT NULL,
	"image_id" uuid NOT NULL,
	"chain_index" integer NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"started_at" timestamp(6) with time zone,
	"ended_at" timestamp(6) with time zone,
	"runtime" integer,
	"architecture" text,
	"cpu" double precision NOT NULL,
	"memory" double precision NOT NULL,
	"storage" double precision NOT NULL,
	"instance_type" text,
	"options" jsonb NOT NULL,
	"job_options" jsonb NOT NULL,
	"job_inputs" jsonb NOT NULL,
	"job_outputs" jsonb NOT NULL,
	"after" jsonb NOT NULL,
	"intermediate" boolean NOT NULL,
	"progress" integer DEFAULT 0 NOT NULL,
	"exit_type" text,
	"abort_reason" text,
	"lease_owner" uuid,
	"lease_until" timestamp(6) with time zone,
	"faults" integer DEFAULT 0 NOT NULL,
	"retry_at" timestamp(6) with time zone
);
--> statement-breakpoint
ALTER TABLE "component_attempts" ADD CONSTRAINT "component_attempts_component_id_process_service_executions_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."process_service_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "component_logs" ADD CONSTRAINT "component_logs_component_id_process_service_executions_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."process_service_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "component_metrics" ADD CONSTRAINT "component_metrics_component_id_process_service_executions_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."process_service_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "process_executions" ADD CONSTRAINT "process_executions_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD CONSTRAINT "process_service_executions_process_execution_id_process_executions_id_fk" FOREIGN KEY ("process_execution_id") REFERENCES "public"."process_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "component_attempts_number" ON "component_attempts" USING btree ("component_id","number");--> statement-breakpoint
CREATE INDEX "component_attempts_host" ON "component_attempts" USING btree ("host","cleaned");--> statement-breakpoint
CREATE INDEX "component_logs_component" ON "component_logs" USING btree ("component_id","seq");--> statement-breakpoint
CREATE INDEX "component_metrics_component" ON "component_metrics" USING btree ("component_id","seq");--> statement-breakpoint
CREATE INDEX "process_executions_process" ON "process_executions" USING btree ("process_id","created_at","id");--> statement-breakpoint
CREATE INDEX "process_executions_organisation" ON "process_executions" USING btree ("organisation_id");--> statement-breakpoint
CREATE INDEX "process_executions_group" ON "process_executions" USING btree ("group_id");--> statement-breakpoint
CREATE INDEX "process_executions_expiry" ON "process_executions" USING btree ("delete_expiry");--> statement-breakpoint
CREATE INDEX "process_executions_unfinished" ON "process_executions" USING btree ("id") WHERE ended_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "process_service_executions_chain" ON "process_service_executions" USING btree ("process_execution_id","chain_index");--> statement-breakpoint
CREATE INDEX "process_service_executions_state" ON "process_service_executions" USING btree ("state");