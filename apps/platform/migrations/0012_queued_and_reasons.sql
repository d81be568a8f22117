ALTER TABLE "component_attempts" DROP CONSTRAINT "component_attempts_state";--> statement-breakpoint
ALTER TABLE "process_service_executions" DROP CONSTRAINT "process_service_executions_state";--> statement-breakpoint
DROP INDEX "process_service_executions_active";--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "stopped_by" uuid;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "reuse_differs" jsonb;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "end_reason" jsonb;--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD COLUMN "queue_reason" jsonb;--> statement-breakpoint
CREATE INDEX "process_service_executions_active" ON "process_service_executions" USING btree ("state") WHERE state in ('preparing', 'queued', 'running', 'publishing');--> statement-breakpoint
ALTER TABLE "component_attempts" ADD CONSTRAINT "component_attempts_state" CHECK (state in ('preparing', 'queued', 'running', 'ended', 'gone'));--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD CONSTRAINT "process_service_executions_state" CHECK (state in ('waiting', 'preparing', 'queued', 'running', 'publishing', 'succeeded', 'failed', 'stopped'));