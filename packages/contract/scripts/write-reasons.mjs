// Writes docs/reasons.md from the contract.
import { writeFileSync } from 'node:fs';

import { printReasons } from '../src/reasons/index.ts';

writeFileSync(new URL('../../../docs/reasons.md', import.meta.url), printReasons());
