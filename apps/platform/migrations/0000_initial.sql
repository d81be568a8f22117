CREATE TABLE "idempotency_keys" (
	"user_id" uuid NOT NULL,
	"key" text NOT NULL,
	"request" text NOT NULL,
	"boot" uuid NOT NULL,
	"status" integer,
	"body" jsonb,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "idempotency_keys_user_id_key_pk" PRIMARY KEY("user_id","key")
);
--> statement-breakpoint
CREATE TABLE "ledger" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"purse" text NOT NULL,
	"amount" numeric(24, 6) NOT NULL,
	"kind" text NOT NULL,
	"reference" uuid,
	"once" text NOT NULL,
	"note" text
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"organisation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"roles" jsonb NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	CONSTRAINT "memberships_organisation_id_user_id_pk" PRIMARY KEY("organisation_id","user_id")
);
--> statement-breakpoint
CREATE TABLE "organisations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"name" text NOT NULL,
	"address_line_1" text DEFAULT '' NOT NULL,
	"address_line_2" text,
	"address_town_city" text DEFAULT '' NOT NULL,
	"address_post_zip_code" text DEFAULT '' NOT NULL,
	"address_country" text DEFAULT '' NOT NULL,
	"payment_customer" text,
	"payment_valid" boolean,
	"income_customer" text,
	"income_valid" boolean,
	"income_tax_rate" numeric,
	"income_tax_reference" text,
	"currency" text,
	"agreed_licenses" jsonb,
	"offers" jsonb,
	"maximum_output_storage_period" integer,
	"maximum_file_downloads" integer
);
--> statement-breakpoint
CREATE TABLE "platform_keys" (
	"name" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"email" text NOT NULL,
	"password_hash" text NOT NULL,
	"password_set_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"kept_token" uuid,
	"given_name" text NOT NULL,
	"family_name" text NOT NULL,
	"telephone" text,
	"role" integer,
	"default_output_storage_period" integer DEFAULT 30 NOT NULL,
	"time_zone" text DEFAULT 'UTC' NOT NULL,
	"locale" text DEFAULT 'en' NOT NULL,
	"units" text DEFAULT 'metric' NOT NULL,
	"notification_service_status" jsonb,
	"notification_account" jsonb,
	"notification_processing_chain" jsonb,
	"notification_new_features" jsonb,
	"notification_contact" jsonb,
	"last_request_at" timestamp(6) with time zone
);
--> statement-breakpoint
CREATE TABLE "services" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"organisation_id" uuid NOT NULL,
	"ssd_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"approval_status" text NOT NULL,
	"featured" text,
	"show_in_latest" boolean NOT NULL,
	"latest" boolean NOT NULL,
	"dispatcher" boolean DEFAULT false NOT NULL,
	"name" text NOT NULL,
	"categories" jsonb NOT NULL,
	"keywords" jsonb NOT NULL,
	"image_id" uuid NOT NULL,
	"definition" jsonb,
	"license_id" uuid NOT NULL,
	"manifest" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "data" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"organisation_id" uuid NOT NULL,
	"name" text NOT NULL,
	"unfulfilled" boolean DEFAULT false NOT NULL,
	"uploaded_organisation_id" uuid,
	"execution_id" uuid,
	"process_id" uuid
);
--> statement-breakpoint
CREATE TABLE "data_files" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"organisation_id" uuid NOT NULL,
	"data_id" uuid NOT NULL,
	"file_id" uuid NOT NULL,
	"file_type" text NOT NULL,
	"file_name" text NOT NULL,
	"title" text,
	"description" text,
	"object_key" text,
	"preview_key" text,
	"preview_file_id" uuid,
	"stored_size" bigint,
	"sha256" text,
	"uploaded_at" timestamp(6) with time zone,
	"analysed_at" timestamp(6) with time zone,
	"analysis_tries" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp(6) with time zone,
	"resolution" integer,
	"crs" text,
	"bounds" jsonb,
	"area" double precision,
	"length" double precision,
	"points" integer,
	"lines" integer,
	"polygons" integer,
	"size" bigint,
	"error" boolean,
	"error_reason" text,
	"publishable" boolean,
	"selectors" jsonb,
	"number_of_ingesters" integer,
	"ingesters" jsonb,
	"downloads" integer DEFAULT 0 NOT NULL,
	"geojson" text,
	"stac_item" jsonb
);
--> statement-breakpoint
CREATE TABLE "data_uses" (
	"data_id" uuid NOT NULL,
	"process_id" uuid NOT NULL,
	CONSTRAINT "data_uses_data_id_process_id_pk" PRIMARY KEY("data_id","process_id")
);
--> statement-breakpoint
CREATE TABLE "dropped_objects" (
	"object_key" text PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
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
CREATE TABLE "processes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"updated_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"organisation_id" uuid NOT NULL,
	"ssd_id" uuid NOT NULL,
	"service_id" uuid NOT NULL,
	"name" text NOT NULL,
	"inputs" jsonb NOT NULL,
	"options" jsonb NOT NULL,
	"dispatchers" jsonb NOT NULL,
	"run_type" text NOT NULL,
	"repeat_count" integer NOT NULL,
	"repeat_start" timestamp(6) with time zone NOT NULL,
	"repeat_end" timestamp(6) with time zone,
	"repeat_gap" jsonb,
	"repeat_offset" jsonb,
	"process_status" text NOT NULL,
	"process_status_at" timestamp(6) with time zone NOT NULL,
	"process_status_changed_by" uuid,
	"output_storage_period" integer,
	"test_run" boolean DEFAULT false NOT NULL,
	"price" numeric(24, 6) NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ledger" ADD CONSTRAINT "ledger_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "services" ADD CONSTRAINT "services_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "data" ADD CONSTRAINT "data_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "data_files" ADD CONSTRAINT "data_files_data_id_data_id_fk" FOREIGN KEY ("data_id") REFERENCES "public"."data"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "data_uses" ADD CONSTRAINT "data_uses_data_id_data_id_fk" FOREIGN KEY ("data_id") REFERENCES "public"."data"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "component_attempts" ADD CONSTRAINT "component_attempts_component_id_process_service_executions_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."process_service_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "component_logs" ADD CONSTRAINT "component_logs_component_id_process_service_executions_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."process_service_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "component_metrics" ADD CONSTRAINT "component_metrics_component_id_process_service_executions_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."process_service_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "process_executions" ADD CONSTRAINT "process_executions_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD CONSTRAINT "process_service_executions_process_execution_id_process_executions_id_fk" FOREIGN KEY ("process_execution_id") REFERENCES "public"."process_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processes" ADD CONSTRAINT "processes_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "processes" ADD CONSTRAINT "processes_service_id_services_id_fk" FOREIGN KEY ("service_id") REFERENCES "public"."services"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_once" ON "ledger" USING btree ("once");--> statement-breakpoint
CREATE INDEX "ledger_organisation" ON "ledger" USING btree ("organisation_id","at");--> statement-breakpoint
CREATE INDEX "memberships_user" ON "memberships" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email" ON "users" USING btree (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "services_version" ON "services" USING btree ("ssd_id","version");--> statement-breakpoint
CREATE INDEX "data_uploaded" ON "data" USING btree ("uploaded_organisation_id","created_at","id");--> statement-breakpoint
CREATE INDEX "data_execution" ON "data" USING btree ("execution_id");--> statement-breakpoint
CREATE INDEX "data_files_data" ON "data_files" USING btree ("data_id","created_at","id");--> statement-breakpoint
CREATE INDEX "data_files_waiting" ON "data_files" USING btree ("lease_until") WHERE uploaded_at is not null and analysed_at is null;--> statement-breakpoint
CREATE INDEX "data_uses_process" ON "data_uses" USING btree ("process_id");--> statement-breakpoint
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
CREATE INDEX "process_service_executions_state" ON "process_service_executions" USING btree ("state");--> statement-breakpoint
CREATE INDEX "processes_organisation" ON "processes" USING btree ("organisation_id","created_at","id");