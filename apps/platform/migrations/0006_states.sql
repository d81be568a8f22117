ALTER TABLE "process_executions" ADD COLUMN "state" text;--> statement-breakpoint
UPDATE "process_executions" SET "state" = CASE
	WHEN "ended_at" IS NOT NULL AND "success" THEN 'succeeded'
	WHEN "ended_at" IS NOT NULL AND "stopped" THEN 'stopped'
	WHEN "ended_at" IS NOT NULL THEN 'failed'
	WHEN "halt" = 'stop' THEN 'stopping'
	WHEN "halt" = 'failure' OR "exit_type" = 'slices_failed' THEN 'failing'
	WHEN NOT "paid" THEN 'unpaid'
	WHEN NOT "admitted" THEN 'waiting'
	ELSE 'running' END;--> statement-breakpoint
ALTER TABLE "process_executions" ALTER COLUMN "state" SET NOT NULL;--> statement-breakpoint
DROP INDEX "process_executions_outside";--> statement-breakpoint
ALTER TABLE "process_executions" DROP COLUMN "paid";--> statement-breakpoint
ALTER TABLE "process_executions" DROP COLUMN "admitted";--> statement-breakpoint
ALTER TABLE "process_executions" DROP COLUMN "halt";--> statement-breakpoint
ALTER TABLE "process_executions" DROP COLUMN "abort";--> statement-breakpoint
ALTER TABLE "process_executions" DROP COLUMN "success";--> statement-breakpoint
ALTER TABLE "process_executions" DROP COLUMN "stopped";--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "success" boolean NOT NULL GENERATED ALWAYS AS (state = 'succeeded') STORED;--> statement-breakpoint
ALTER TABLE "process_executions" ADD COLUMN "stopped" boolean NOT NULL GENERATED ALWAYS AS (state = 'stopped') STORED;--> statement-breakpoint
ALTER TABLE "process_executions" ADD CONSTRAINT "process_executions_state" CHECK (state in ('unpaid', 'waiting', 'running', 'stopping', 'failing', 'succeeded', 'failed', 'stopped'));--> statement-breakpoint
ALTER TABLE "process_executions" ADD CONSTRAINT "process_executions_ended" CHECK ((ended_at is not null) = (state in ('succeeded', 'failed', 'stopped')));--> statement-breakpoint
CREATE INDEX "process_executions_waiting" ON "process_executions" USING btree ("group_id","group_index") WHERE state in ('unpaid', 'waiting');--> statement-breakpoint
DROP INDEX "process_service_executions_ready";--> statement-breakpoint
ALTER TABLE "process_service_executions" RENAME COLUMN "after" TO "depends_on";--> statement-breakpoint
ALTER TABLE "process_service_executions" RENAME COLUMN "waits_for" TO "pending_dependencies";--> statement-breakpoint
ALTER TABLE "process_service_executions" RENAME COLUMN "ready" TO "runnable";--> statement-breakpoint
ALTER TABLE "process_service_executions" ALTER COLUMN "runnable" SET DEFAULT false;--> statement-breakpoint
ALTER TABLE "process_service_executions" ALTER COLUMN "state" SET DEFAULT 'waiting';--> statement-breakpoint
ALTER TABLE "process_service_executions" DROP COLUMN "instance_type";--> statement-breakpoint
ALTER TABLE "process_service_executions" ADD CONSTRAINT "process_service_executions_state" CHECK (state in ('waiting', 'preparing', 'running', 'publishing', 'succeeded', 'failed', 'stopped'));--> statement-breakpoint
CREATE INDEX "process_service_executions_runnable" ON "process_service_executions" USING btree ("seq") WHERE state = 'waiting' and runnable;--> statement-breakpoint
DROP INDEX "component_attempts_host";--> statement-breakpoint
ALTER TABLE "component_attempts" RENAME COLUMN "host" TO "node_id";--> statement-breakpoint
ALTER TABLE "component_attempts" ALTER COLUMN "state" SET DEFAULT 'preparing';--> statement-breakpoint
ALTER TABLE "component_attempts" ADD CONSTRAINT "component_attempts_state" CHECK (state in ('preparing', 'running', 'ended', 'gone'));--> statement-breakpoint
CREATE INDEX "component_attempts_node" ON "component_attempts" USING btree ("node_id","cleaned");
