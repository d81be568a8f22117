#!/usr/bin/env node
import { run } from './program/index.ts';

const exitCode = await run(process.argv.slice(2));
// What is still under way after an interruption is not waited for.
if (exitCode === 130) process.exit(exitCode);
process.exitCode = exitCode;
