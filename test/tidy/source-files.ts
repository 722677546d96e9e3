// The files of the repository as text, and what they import: what the tidy tests look at.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { packageRoot } from '../../src/package-root.ts';

export interface SourceFile {
  /** From the root of the repository, with slashes: `src/stores/index.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly from: string;
  /** A path of the repository for a relative import, else what the import says. */
  readonly to: string;
  readonly isPackage: boolean;
}

const SOURCE = /\.(?:ts|tsx|mjs|js)$/u;

/** The sources of these folders, sorted by path. */
export function sourceFiles(...folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => walk(folder))
    .filter((path) => SOURCE.test(path))
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(packageRoot, path), 'utf8') }));
}

function walk(folder: string): string[] {
  return readdirSync(join(packageRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return ['node_modules', 'dist', 'vendor'].includes(entry.name) ? [] : walk(path);
  });
}

/** `import`, `export ... from`, `import()` and `import type` alike: also a type ties two files together. */
const IMPORT =
  /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gmu;

export const importsOf = ({ path, text }: SourceFile): Import[] =>
  [...text.matchAll(IMPORT)].map((match) => {
    const target = match[1] ?? match[2]!;
    const isPackage = !target.startsWith('.');
    return { from: path, to: isPackage ? target : normalize(join(dirname(path), target)), isPackage };
  });

/** The package of an import: `@scope/name` of `@scope/name/file`, `node:fs` of `node:fs/promises`. */
export const packageOf = (target: string): string =>
  target
    .split('/')
    .slice(0, target.startsWith('@') ? 2 : 1)
    .join('/');

/** Text without comments, so that words in prose are not taken for code. */
export const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{}(,])\/\/[^\n]*/gu, (comment) =>
    comment.replaceAll(/[^\n]/gu, ' '),
  );

/** `path:line: text` of every line that matches. */
export function linesMatching(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : [])),
  );
}
