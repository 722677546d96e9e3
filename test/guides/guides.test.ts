// Every guide of docs/guides is done as it is written, on a server of its own, and must print what it says.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { buildServer, type BuiltServer } from '../server-process.ts';
import { readGuide, type Printed, type Step } from './guide.ts';
import { Ids, jsonDifference, tidy } from './printed.ts';
import { openShell, type Ran, type Shell } from './shell.ts';

const folder = join(packageRoot, 'docs/guides');
const names = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');

let built: BuiltServer;
beforeAll(() => {
  built = buildServer();
});
afterAll(() => built.dispose());

// Beside each other: the time goes into the processes of the command line. A hundred of them take a while when the
// machine is busy with something else.
describe.concurrent('guides', { timeout: 300_000 }, () => {
  test.for(names)('%s', async (name) => {
    const { steps, quotations } = readGuide(readFileSync(join(folder, name), 'utf8'));
    for (const { file, line, text } of quotations) {
      const whole = tidy(readFileSync(join(packageRoot, file), 'utf8'));
      expect(whole, `${name}:${line} quotes ${file}`).toContain(tidy(text));
    }
    const shell = await openShell(built);
    try {
      await follow(name, steps, shell);
    } finally {
      await shell.close();
    }
  });
});

async function follow(guide: string, steps: readonly Step[], shell: Shell): Promise<void> {
  expect(steps.length).toBeGreaterThan(2);
  const ids = new Ids();
  for (const { line, commands, fails, printed } of steps) {
    const ran = await shell.run(ids.filledIn(commands));
    const place = `docs/guides/${guide}:${line}`;
    expect(ran.failed, `${place}: whether a command fails; it printed:\n${ran.printed}`).toBe(fails);
    if (printed) check(printed, ran, ids, `docs/guides/${guide}:${printed.line}`);
  }
}

function check(said: Printed, { printed }: Ran, ids: Ids, place: string): void {
  if (said.format === 'text') {
    if (!ids.matches(said.text, printed)) expect(tidy(printed), place).toBe(tidy(said.text));
    return;
  }
  const difference = jsonDifference(ids, JSON.parse(said.text), JSON.parse(printed));
  expect(difference, `${place}: differs there; it printed:\n${printed}`).toBeUndefined();
}
