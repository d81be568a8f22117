export { analyseCsv } from './analyse-csv.ts';
