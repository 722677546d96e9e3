#!/usr/bin/env node
// Owns the entry of the command line: runs one command and turns how it ended into an exit code.
import { Output } from './output/output.ts';
import { createProgram } from './program.ts';

const program = createProgram();
// A reader that has seen enough (`weir store export ... | head`) closes the pipe; that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = new Output({ json: program.opts<{ json?: boolean }>().json === true }).failure(error);
}
