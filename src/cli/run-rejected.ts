// Owns `weir run rejected`: the rows that components of a run rejected, with the reason and the input of each.
import type { Command } from 'commander';
import type { RejectedRow } from './api-types.ts';
import { apiPath } from './client.ts';
import { contextOf } from './context.ts';
import { wholeNumber } from './options.ts';
import { countText } from './output/decimal-text.ts';
import { instantText } from './output/times.ts';

export function addRunRejected(run: Command): void {
  run
    .command('rejected <run>')
    .description('the rows that its components rejected: why, and what came in')
    .option('--limit <count>', 'at most so many', wholeNumber(1, 999_999_999), 100)
    .action((id: string, options: { limit: number }, command: Command) =>
      rejected(id, options.limit, command),
    );
}

async function rejected(id: string, limit: number, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const rows = await client.upTo<RejectedRow>(apiPath`/v1/runs/${id}/rejected`, {}, limit);
  output.table(
    rows,
    [{ title: 'component' }, { title: 'code' }, { title: 'message' }, { title: 'time' }, { title: 'input' }],
    rows.map(({ node, code, message, eventTime, input }) => [
      node,
      code,
      message,
      instantText(eventTime),
      JSON.stringify(input),
    ]),
  );
  if (rows.length === limit) output.note(`stopped at ${countText(limit)}; see more with --limit`);
}
