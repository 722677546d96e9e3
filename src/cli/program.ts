// Owns the command line as a whole: every noun, the global options, and how a command's end becomes an
// exit code.
import { Command, CommanderError } from 'commander';
import { packageVersion } from '../package-root.ts';
import { addApplyCommand } from './apply.ts';
import { addAuditCommand } from './audit.ts';
import { addBackfillCommands } from './backfill.ts';
import { EXIT_OK, EXIT_USAGE } from './cli-error.ts';
import { DEFAULT_SERVER, type GlobalOptions } from './context.ts';
import { addDefinitionCommands } from './definition.ts';
import { addDemoCommand } from './demo.ts';
import { addKeyCommands } from './key.ts';
import { addMeterCommands } from './meter.ts';
import { Output } from './output/output.ts';
import { addRunCommands } from './run.ts';
import { addStartCommand } from './start.ts';
import { addStoreCommands } from './store.ts';
import { addUsageCommands } from './usage.ts';

/** Runs one command, given as the words after `weir`, and returns the exit code. */
export async function runProgram(words: readonly string[]): Promise<number> {
  const program = createProgram();
  try {
    await program.parseAsync(words, { from: 'user' });
    return EXIT_OK;
  } catch (error) {
    // Commander has said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    return new Output({ json: program.opts<GlobalOptions>().json === true }).failure(error);
  }
}

/** The program `weir`, ready to parse. */
export function createProgram(): Command {
  const program = new Command('weir')
    .description('Open usage mediation: event stores, meters, exact usage records.')
    .version(packageVersion)
    .option('--json', 'answer in JSON; nothing else on standard output')
    .option('--server <url>', `the server to talk to (WEIR_URL, ${DEFAULT_SERVER})`)
    .option('--key <key>', 'the API key (better: WEIR_API_KEY or WEIR_ADMIN_KEY)')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(see --help)')
    .exitOverride();
  addStartCommand(program);
  addDemoCommand(program);
  addApplyCommand(program);
  addDefinitionCommands(program);
  addStoreCommands(program);
  addMeterCommands(program);
  addRunCommands(program);
  addUsageCommands(program);
  addBackfillCommands(program);
  addAuditCommand(program);
  addKeyCommands(program);
  return program;
}
