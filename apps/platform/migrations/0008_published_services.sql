CREATE TABLE "service_uploads" (
	"id" uuid PRIMARY KEY NOT NULL,
	"created_at" timestamp(6) with time zone DEFAULT clock_timestamp() NOT NULL,
	"organisation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" text NOT NULL,
	"announced_size" bigint NOT NULL,
	"object_key" text,
	"sha256" text
);
--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "source" text DEFAULT 'folder' NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "present" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "service_file" text;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "package_sha256" text;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "package_size" bigint;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "published_by" uuid;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "decided_by" uuid;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "decided_at" timestamp(6) with time zone;--> statement-breakpoint
ALTER TABLE "services" ADD COLUMN "withdrawn_reason" text;--> statement-breakpoint
ALTER TABLE "service_uploads" ADD CONSTRAINT "service_uploads_organisation_id_organisations_id_fk" FOREIGN KEY ("organisation_id") REFERENCES "public"."organisations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "service_uploads_organisation" ON "service_uploads" USING btree ("organisation_id");