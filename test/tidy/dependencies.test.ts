// What is installed at run time: nothing that runs scripts, nothing that nobody uses, everything exact.
import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/package-root.ts';
import { importsOf, packageOf, sourceFiles } from './source-files.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}
interface Lock {
  readonly packages: Readonly<
    Record<string, { dev?: boolean; devOptional?: boolean; hasInstallScript?: boolean }>
  >;
}

const read = (path: string): unknown => JSON.parse(readFileSync(join(packageRoot, path), 'utf8'));
const root = read('package.json') as Manifest;
const console = read('console/package.json') as Manifest;
const lock = read('package-lock.json') as Lock;

const packagesOf = (...folders: string[]): string[] => [
  ...new Set(
    sourceFiles(...folders)
      .flatMap(importsOf)
      .filter(({ isPackage, to }) => isPackage && !to.startsWith('node:'))
      .map(({ to }) => packageOf(to)),
  ),
];

describe('packages', () => {
  it('no package of the runtime tree has an install script', () => {
    const runtime = Object.entries(lock.packages).filter(([, entry]) => !entry.dev && !entry.devOptional);
    expect(runtime.length).toBeGreaterThan(Object.keys(root.dependencies ?? {}).length);
    expect(runtime.filter(([, entry]) => entry.hasInstallScript).map(([name]) => name)).toEqual([]);
  });

  it('versions are exact, type packages aside', () => {
    const all = Object.entries({ ...root.dependencies, ...root.devDependencies, ...console.devDependencies });
    const loose = all.filter(([name, version]) => !name.startsWith('@types/') && !/^\d/u.test(version));
    expect(loose).toEqual([]);
  });

  it('the server declares exactly what it imports', () => {
    expect(packagesOf('src').toSorted()).toEqual(Object.keys(root.dependencies ?? {}).toSorted());
  });

  it('the console uses exactly what it declares', () => {
    const declared = Object.keys(console.devDependencies ?? {}).filter((name) => !name.startsWith('@types/'));
    const styles = readFileSync(join(packageRoot, 'console/src/styles.css'), 'utf8');
    const styled = declared.filter((name) => styles.includes(`@import '${name}'`));
    const used = new Set([...packagesOf('console'), ...styled]);
    expect([...used].toSorted()).toEqual(declared.toSorted());
  });

  it('tests and tools import what is declared', () => {
    const declared = { ...root.dependencies, ...root.devDependencies };
    expect(packagesOf('test', 'bench', 'scripts').filter((name) => !(name in declared))).toEqual([]);
  });

  it('modules of Node.js are imported with their prefix', () => {
    const bare = sourceFiles('src', 'test', 'bench', 'scripts')
      .flatMap(importsOf)
      .filter(({ isPackage, to }) => isPackage && builtinModules.includes(to));
    expect(bare).toEqual([]);
  });
});
