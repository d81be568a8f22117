CREATE TABLE "data_regions" (
	"data_id" uuid PRIMARY KEY NOT NULL,
	"area" double precision,
	"region" text,
	"warning" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "data_regions" ADD CONSTRAINT "data_regions_data_id_data_id_fk" FOREIGN KEY ("data_id") REFERENCES "public"."data"("id") ON DELETE cascade ON UPDATE no action;