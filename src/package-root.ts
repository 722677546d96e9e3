// Owns where the package lies: the same files are found from src/ and from dist/server/.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

function findRoot(from: string): string {
  if (existsSync(join(from, 'package.json'))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error(`no package.json above ${fileURLToPath(import.meta.url)}`);
  return findRoot(parent);
}

export const packageRoot = findRoot(dirname(fileURLToPath(import.meta.url)));

export const packageVersion = versionOf(
  JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as unknown,
);

/** Without a schema: every command of the command line comes by here, and a schema library costs it 80 ms. */
function versionOf(manifest: unknown): string {
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest && manifest.version;
  if (typeof version !== 'string') throw new Error('package.json has no version');
  return version;
}
