import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { ALLOWED_CAST_TYPES } from '../../src/data-plane/duckdb/query/constants.ts';
import { ALLOWED_FUNCTIONS } from '../../src/data-plane/duckdb/query/functions.ts';
import { components } from '../../src/meters/components/index.ts';
import { GLOBAL_FUNCTIONS, RECEIVER_FUNCTIONS } from '../../src/pipeline/expressions/cel-functions.ts';

const root = resolve(import.meta.dirname, '../..');

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(root, folder, name));
}

const pages = [join(root, 'README.md'), join(root, 'CONTRIBUTING.md'), ...filesBelow('docs', '.md')];

/** Codes of other things than errors of the API: words of engines and systems. */
const NOT_ERRORS = new Set(['EVENT_DEFINITION', 'INVALID_OPENING_QUOTE']);
/** In these files such words are the kinds of nodes of the engine's syntax tree; their codes are in query-error.ts. */
const SYNTAX_TREE = /^src\/data-plane\/duckdb\/query\/(?!query-error\.ts)/;
const OTHER_PREFIXES = /^(CSV_(?!HEADER)|WEIR_|SQLITE_|E[A-Z]+$)/;

describe('the documentation', () => {
  test('lists every error code of the source', () => {
    const sources = filesBelow('src', '.ts').filter((path) => {
      const name = relative(root, path);
      return !name.startsWith('src/cli') && !SYNTAX_TREE.test(name);
    });
    const codes = sources.flatMap(
      (path) => readFileSync(path, 'utf8').match(/'[A-Z][A-Z0-9]*(_[A-Z0-9]+)+'/g) ?? [],
    );
    const known = [...new Set(codes.map((code) => code.slice(1, -1)))];
    expect(known.length).toBeGreaterThan(80);
    const page = readFileSync(join(root, 'docs/reference/errors.md'), 'utf8');
    const missing = known
      .filter((code) => !NOT_ERRORS.has(code) && !OTHER_PREFIXES.test(code))
      .filter((code) => !page.includes(`\`${code}\``));
    expect(missing).toEqual([]);
  });

  test('lists every command and every option of the command line', () => {
    const page = readFileSync(join(root, 'docs/reference/cli.md'), 'utf8').replaceAll('\\|', '|');
    const missing = leaves(createProgram(), '').flatMap(({ name, command }) => {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}`)) ?? '';
      const flags = command.options.map((option) => option.short ?? option.long ?? '');
      return row === ''
        ? [name]
        : flags.filter((flag) => !row.includes(flag)).map((flag) => `${name} ${flag}`);
    });
    expect(missing).toEqual([]);
  });

  test('describes every component and every function of expressions', () => {
    const componentPage = readFileSync(join(root, 'docs/reference/components.md'), 'utf8');
    const operators = components.map(({ operator }) => operator);
    expect(operators.filter((operator) => !componentPage.includes(`### \`${operator}\``))).toEqual([]);
    const expressionPage = readFileSync(join(root, 'docs/reference/expressions.md'), 'utf8');
    const functions = [...GLOBAL_FUNCTIONS.keys(), ...RECEIVER_FUNCTIONS.keys()];
    expect(functions.filter((name) => !new RegExp(`\`${name}[\`(]`).test(expressionPage))).toEqual([]);
  });

  test('lists every function that queries may call, and every type they may cast to', () => {
    const page = readFileSync(join(root, 'docs/reference/queries.md'), 'utf8');
    const said = new Set([...page.matchAll(/`([\w ]+)`/g)].map(([, word]) => word));
    const callable = [...ALLOWED_FUNCTIONS.keys()].filter((name) => name !== 'count_star');
    expect([...callable, ...ALLOWED_CAST_TYPES].filter((name) => !said.has(name))).toEqual([]);
    const table = /^\| for [^]*?\n\n/mu.exec(page)?.[0] ?? '';
    const listed = [...table.matchAll(/`(\w+)`/g)].map(([, name]) => name!);
    expect(listed.length).toBeGreaterThan(80);
    expect(listed.filter((name) => !ALLOWED_FUNCTIONS.has(name))).toEqual([]);
  });

  test.each(pages.map((path) => [relative(root, path), path]))(
    '%s: its links lead to files',
    (_name, path) => {
      const links = [...readFileSync(path, 'utf8').matchAll(/\]\((?!https?:)([^)#\s]*)(#[^)]*)?\)/g)];
      const broken = links
        .map(([, target = '']) => target)
        // The picture of the console is made from the running product.
        .filter((target) => target !== '' && !target.endsWith('.png'))
        .filter((target) => !existsSync(resolve(dirname(path), target)));
      expect(broken).toEqual([]);
    },
  );
});

function leaves(command: Command, parents: string): { name: string; command: Command }[] {
  const name = `${parents} ${command.name()}`.trim();
  return command.commands.length === 0
    ? [{ name, command }]
    : command.commands.flatMap((child) => leaves(child, name));
}
