// Kills a real server again and again: `node scripts/crash-suite.mjs [kills=100] [seed]`. The same suite as in
// the tests (test/crash), for longer; exits with 1 at the first broken promise and prints the seed.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [kills = '100', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
for (const [name, text] of Object.entries({ kills, seed })) {
  if (!/^\d{1,9}$/u.test(text)) {
    console.error(`${name} must be a whole number, not '${text}'`);
    process.exit(2);
  }
}

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const { status } = spawnSync(process.execPath, [vitest, 'run', 'test/crash'], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, WEIR_CRASH_KILLS: kills, WEIR_CRASH_SEED: seed },
});
process.exit(status ?? 1);
