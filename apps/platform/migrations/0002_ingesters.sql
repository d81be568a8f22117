ALTER TABLE "data_files" ADD COLUMN "analysis_faults" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "data_files" ADD COLUMN "lease_owner" text;--> statement-breakpoint
ALTER TABLE "data_files" ADD COLUMN "ingesters_waiting" jsonb;--> statement-breakpoint
ALTER TABLE "data_files" ADD COLUMN "acquired_at" timestamp(6) with time zone;--> statement-breakpoint
CREATE INDEX "data_files_ingesting" ON "data_files" USING btree ("lease_until") WHERE ingesters_waiting is not null;
