CREATE TABLE "published_ssds" (
	"ssd_id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL
);
--> statement-breakpoint
ALTER TABLE "published_ssds" ADD CONSTRAINT "published_ssds_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
INSERT INTO "published_ssds" ("ssd_id", "organisation_id") SELECT DISTINCT ON ("ssd_id") "ssd_id", "organisation_id" FROM "services" WHERE "source" = 'published' ORDER BY "ssd_id", "created_at", "id";
