#!/usr/bin/env node
// Owns the entry of the command line.
import { runProgram } from './program.ts';

// A reader that has seen enough (`weir store export ... | head`) closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// Not `process.exit`: what is still being written must reach its reader, and `weir start` goes on.
const exitCode = await runProgram(process.argv.slice(2));
if (exitCode !== 0) process.exitCode = exitCode;
