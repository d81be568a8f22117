/** Settings under which both runners work, so that they give the same result. */
export const environment: Readonly<Record<string, string>> = {
  // No .aux.xml files beside the outputs, and none read: a stale one would change the statistics.
  GDAL_PAM_ENABLED: 'NO',
  // A grid fetched by one runner alone would move pixels.
  PROJ_NETWORK: 'OFF',
};
