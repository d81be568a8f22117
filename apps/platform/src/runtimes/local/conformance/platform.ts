/**
 * Stands for a platform that is killed: starts one attempt and stays.
 * `node platform.ts MODULE STATE_FOLDER OPTIONS SPEC`; prints `asking`, then the handle.
 */
import type { AttemptSpec } from '../attempts.ts';
import type { RuntimeModule } from './harness.ts';

const [module = '', stateFolder = '', options = '', spec = ''] = process.argv.slice(2);
const loaded = (await import(module)) as RuntimeModule;
const runtime = loaded.createRuntime(stateFolder, JSON.parse(options) as object);
console.log('asking');
console.log(JSON.stringify(await runtime.start(JSON.parse(spec) as AttemptSpec)));
setInterval(() => undefined, 1_000);
