-- Samples had what an attempt had transferred from its start on; they have what it transferred since the sample before.
WITH "samples" AS (
	SELECT "seq", lag("sample") OVER (PARTITION BY "component_id", "attempt" ORDER BY "seq") AS "before"
	FROM "component_metrics"
)
UPDATE "component_metrics" AS "m"
SET "sample" = "m"."sample" || (
	SELECT coalesce(jsonb_object_agg("kind", greatest(0, ("m"."sample" ->> "kind")::numeric - ("s"."before" ->> "kind")::numeric)), '{}'::jsonb)
	FROM unnest(ARRAY['s3_transfer_bytes', 'gcs_transfer_bytes', 'external_transfer_bytes', 'internal_transfer_bytes']) AS "kinds" ("kind")
	WHERE ("m"."sample" ->> "kind") IS NOT NULL AND ("s"."before" ->> "kind") IS NOT NULL
)
FROM "samples" AS "s"
WHERE "s"."seq" = "m"."seq" AND "s"."before" IS NOT NULL
	AND jsonb_path_exists("s"."before", '$.keyvalue() ? (@.key like_regex "_transfer_bytes$" && @.value > 0)');
