export { analyseGeoJson } from './analyse-geojson.ts';
