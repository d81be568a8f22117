CREATE TABLE "component_log_lengths" (
	"component_id" uuid PRIMARY KEY NOT NULL,
	"lines" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "component_log_marks" (
	"component_id" uuid NOT NULL,
	"line" bigint NOT NULL,
	"seq" bigint NOT NULL,
	CONSTRAINT "component_log_marks_component_id_line_pk" PRIMARY KEY("component_id","line")
);
--> statement-breakpoint
ALTER TABLE "component_log_lengths" ADD CONSTRAINT "component_log_lengths_component_id_process_service_executions_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."process_service_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "component_log_marks" ADD CONSTRAINT "component_log_marks_component_id_process_service_executions_id_fk" FOREIGN KEY ("component_id") REFERENCES "public"."process_service_executions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
INSERT INTO "component_log_lengths" ("component_id", "lines") SELECT "component_id", count(*) FROM "component_logs" GROUP BY "component_id";--> statement-breakpoint
INSERT INTO "component_log_marks" ("component_id", "line", "seq")
	SELECT "component_id", "line", "seq" FROM (
		SELECT "component_id", "seq", row_number() OVER (PARTITION BY "component_id" ORDER BY "seq") - 1 AS "line" FROM "component_logs"
	) AS "numbered" WHERE "line" % 1000 = 0;
