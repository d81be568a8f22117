#!/usr/bin/env node
import { answerAtOnce } from './program/index.ts';

const args = process.argv.slice(2);
const exitCode = answerAtOnce(args) ?? (await (await import('./program/index.ts')).run(args));
// What is still under way after an interruption is not waited for.
if (exitCode === 130) process.exit(exitCode);
process.exitCode = exitCode;
// Node gives up its signal handlers some milliseconds before it ends by itself, and a signal then would kill it.
process.on('beforeExit', () => process.exit());
