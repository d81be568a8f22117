ALTER TABLE "process_service_executions" ADD COLUMN "overtaken" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "lease_owner" text;--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "lease_until" timestamp(6) with time zone;