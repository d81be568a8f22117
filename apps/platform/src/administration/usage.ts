export const usage = `Usage, with the settings of the platform, whether it runs or not:
  npm run admin -- add-organisation --name NAME [--credits 1000]
  npm run admin -- add-credits --organisation NAME --credits 1000 [--purse PURSE | --ssd ID …]
                            (PURSE: any, cloud_storage, registry_storage or runtime_any; --ssd: for executions of these alone)
  npm run admin -- add-user --email EMAIL --organisation NAME [--given-name NAME] [--family-name NAME]
                            [--role ROLE …] [--password-stdin]   (asks on a terminal, else reads a line; without it one is made and printed)
  npm run admin -- sign-in-link [--email EMAIL]   (of the first user where none is named; good once, for a quarter of an hour)
  npm run admin -- nodes          (the platforms that share the database, and whether they are alive)
  npm run admin -- backup FILE    (the whole of a platform with an embedded database, as it is at one moment)
  npm run admin -- restore FILE   (into FUSION_DATA, which must not be there yet, or be empty)
  npm run admin -- check          (whether the database and the bucket of the settings can be reached)
Each takes --json.`;
