ALTER TABLE "component_attempts" DROP COLUMN "folder";--> statement-breakpoint
ALTER TABLE "component_attempts" DROP COLUMN "log_offset";--> statement-breakpoint
ALTER TABLE "component_attempts" DROP COLUMN "metrics_offset";