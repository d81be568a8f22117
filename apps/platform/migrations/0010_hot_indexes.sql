DROP INDEX "process_executions_organisation";--> statement-breakpoint
CREATE INDEX "process_service_executions_retry" ON "process_service_executions" USING btree ("retry_at") WHERE retry_at is not null;--> statement-breakpoint
CREATE INDEX "process_executions_organisation" ON "process_executions" USING btree ("organisation_id","created_at","id");