ALTER TABLE "data_files" ADD COLUMN "upload_key" text;--> statement-breakpoint
ALTER TABLE "data_files" ADD COLUMN "upload_length" bigint;--> statement-breakpoint
ALTER TABLE "dropped_objects" ADD COLUMN "unfinished" boolean DEFAULT false NOT NULL;