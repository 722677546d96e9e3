// Development: the server rebuilt and restarted on every change, the console served by Vite with hot reload.
// Ctrl-C ends all of it.
import { execFileSync, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tool = (path) => join(root, 'node_modules', path);

// The server needs a first build before it can be watched.
execFileSync(process.execPath, [join(root, 'scripts/build.mjs'), '--if-stale'], { stdio: 'inherit' });

const parts = [
  {
    name: 'types',
    args: [tool('typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--watch', '--preserveWatchOutput'],
  },
  { name: 'server', args: ['--watch', '--watch-preserve-output', 'dist/server/main.js'] },
  { name: 'console', args: [tool('vite/bin/vite.js'), 'console'] },
];

const children = parts.map(({ name, args }) => {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      for (const line of text.split('\n')) if (line.trim() !== '') console.log(`[${name}] ${line}`);
    });
  }
  return child;
});

const end = () => children.forEach((child) => child.kill('SIGTERM'));
process.once('SIGINT', end);
process.once('SIGTERM', end);
// One part that ends takes the others with it: half a development server only confuses.
children.forEach((child) => child.once('exit', end));
