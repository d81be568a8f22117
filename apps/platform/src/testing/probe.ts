import { openTestDatabase, layOutDatabase } from './prepared-database.ts';
import { openDatabase } from '../database/index.ts';
const step = (n: string) => { const c = process.cpuUsage(); console.log(n, (c.user/1e6).toFixed(2), (c.system/1e6).toFixed(2), performance.now().toFixed(0)); };
step('imported');
const f='/tmp/probe-'+process.pid; await layOutDatabase(f); step('copied');
const d=await openDatabase({folder:f}); step('opened');
await d.close(); step('closed');
