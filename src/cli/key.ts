// Owns `weir key`: API keys made, listed and revoked.
import { Option, type Command } from 'commander';
import { CliError } from './cli-error.ts';
import { apiPath } from './client.ts';
import { confirmed } from './confirm.ts';
import { contextOf } from './context.ts';
import { instantText } from './output/times.ts';

const ROLES = ['viewer', 'runner', 'admin'] as const;
type Role = (typeof ROLES)[number];

interface ApiKey {
  readonly id: string;
  readonly name: string | null;
  readonly role: Role;
  readonly prefix: string | null;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
}

export function addKeyCommands(program: Command): void {
  const key = program.command('key').description('API keys: create, list, revoke');
  key
    .command('create <name>')
    .description('a new API key, shown this once on standard output')
    .addOption(
      new Option('--role <role>', 'what it may do: read; also write events and run; everything')
        .choices(ROLES)
        .makeOptionMandatory(),
    )
    .action((name: string, { role }: { role: Role }, command: Command) => create(name, role, command));
  key
    .command('list')
    .description('all API keys: role, how they begin, when they were last used')
    .action((_options, command: Command) => list(command));
  key
    .command('revoke <key>')
    .description('end an API key at once, by its name or id')
    .option('--yes', 'do not ask')
    .action((name: string, { yes }: { yes?: boolean }, command: Command) =>
      revoke(name, yes === true, command),
    );
}

async function create(name: string, role: Role, command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const made = await client.post<ApiKey & { key: string }>('/v1/api-keys', { name, role });
  output.note(`key ${made.name ?? made.id} (${made.id}), role ${made.role}; it is not shown again:`);
  output.result(made, () => [made.key]);
}

async function list(command: Command): Promise<void> {
  const { client, output } = contextOf(command);
  const keys: ApiKey[] = [];
  for await (const key of client.items<ApiKey>('/v1/api-keys')) keys.push(key);
  output.table(
    keys,
    [{ title: 'key' }, { title: 'role' }, { title: 'begins' }, { title: 'created' }, { title: 'last used' }],
    keys.map(({ id, name, role, prefix, createdAt, lastUsedAt }) => [
      name ?? id,
      role,
      prefix ?? '-',
      instantText(createdAt),
      lastUsedAt === null ? 'never' : instantText(lastUsedAt),
    ]),
  );
}

async function revoke(name: string, yes: boolean, command: Command): Promise<void> {
  const context = contextOf(command);
  const question = `whoever uses the key ${name} is refused from now on; go on?`;
  if (!(await confirmed(context, question, yes))) {
    throw new CliError('nothing was revoked: confirm with --yes', { code: 'NOT_CONFIRMED' });
  }
  await context.client.send({ method: 'DELETE', path: apiPath`/v1/api-keys/${name}` });
  context.output.result({ revoked: name }, () => [`revoked ${name}`]);
}
