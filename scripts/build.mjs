// Builds the server (tsc) and the console (vite). With --if-stale each part is built only when a source
// file is newer than its last build, so that `npm start` after a build is ready in under two seconds.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ifStale = process.argv.includes('--if-stale');

const newest = (path) => {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path)
    .filter((name) => name !== 'node_modules' && name !== 'dist')
    .reduce((latest, name) => Math.max(latest, newest(join(path, name))), stat.mtimeMs);
};

const parts = [
  {
    name: 'server',
    sources: ['src', 'tsconfig.json', 'tsconfig.build.json', 'package.json'],
    output: 'dist/server',
    command: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'],
  },
  {
    name: 'console',
    sources: ['console', 'package.json'],
    output: 'dist/console',
    command: ['node_modules/vite/bin/vite.js', 'build', 'console', '--logLevel', 'warn'],
  },
];

for (const part of parts) {
  const stamp = join(root, 'dist', `.${part.name}-built`);
  const sources = part.sources.map((source) => newest(join(root, source)));
  if (ifStale && existsSync(stamp) && statSync(stamp).mtimeMs >= Math.max(...sources)) continue;
  process.stderr.write(`building the ${part.name} ...\n`);
  rmSync(join(root, part.output), { recursive: true, force: true });
  const started = new Date();
  execFileSync(process.execPath, part.command, { cwd: root, stdio: 'inherit' });
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, '');
  // A source saved while the build ran is newer than the stamp, so the next start builds again.
  utimesSync(stamp, started, started);
}
