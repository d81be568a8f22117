import { openSync, truncateSync, closeSync } from 'node:fs';

// A file that says that it is 5 TB long, and takes no room at all.
const path = 'outputs/1/holes.csv';
closeSync(openSync(path, 'w'));
truncateSync(path, 5e12);
