// Writes openapi.json from the contract.
import { writeFileSync } from 'node:fs';

import { openApiDocument } from '@fusion-platform/contract/openapi';

const target = new URL('../openapi.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(openApiDocument(), null, 2)}\n`);
