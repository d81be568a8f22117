ALTER TABLE "component_attempts" ADD COLUMN "cursor" text;--> statement-breakpoint
UPDATE "component_attempts" SET "cursor" = "log_offset" || ':' || "metrics_offset";
