// Owns the command line as a whole: every noun, the global options, and what a wrong call answers.
import { Command } from 'commander';
import { addApplyCommand } from './apply.ts';
import { addBackfillCommands } from './backfill.ts';
import { EXIT_USAGE } from './cli-error.ts';
import { DEFAULT_SERVER } from './context.ts';
import { addDemoCommand } from './demo.ts';
import { addMeterCommands } from './meter.ts';
import { addRunCommands } from './run.ts';
import { addStartCommand } from './start.ts';
import { addStoreCommands } from './store.ts';
import { addUsageCommands } from './usage.ts';
import { packageVersion } from '../package-root.ts';

/** The program `weir`. Parsing it runs the command. */
export function createProgram(): Command {
  const program = new Command('weir')
    .description('Open usage mediation: event stores, meters, exact usage records.')
    .version(packageVersion)
    .option('--json', 'answer in JSON; nothing else on standard output')
    .option('--server <url>', `the server to talk to (WEIR_URL, ${DEFAULT_SERVER})`)
    .option('--key <key>', 'the API key (better: WEIR_API_KEY or WEIR_ADMIN_KEY)')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(see --help)');
  addStartCommand(program);
  addDemoCommand(program);
  addApplyCommand(program);
  addStoreCommands(program);
  addMeterCommands(program);
  addRunCommands(program);
  addUsageCommands(program);
  addBackfillCommands(program);
  eachCommand(program, exitWithUsageCode);
  return program;
}

/** Commander leaves with 1 on a wrong call; here 1 means that the work failed. */
function exitWithUsageCode(command: Command): void {
  command.exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : EXIT_USAGE);
  });
}

function eachCommand(command: Command, visit: (command: Command) => void): void {
  visit(command);
  for (const child of command.commands) eachCommand(child, visit);
}
