// What no line of code may say, and how long a file may be.
import { describe, expect, it } from 'vitest';
import { linesMatching, sourceFiles, withoutComments } from './source-files.ts';
import type { SourceFile } from './source-files.ts';

/** Of tests, which list cases, and of everything else. */
const LINES_MAX = { tests: 600, code: 400 };
const DOMAIN = ['definitions', 'stores', 'meters', 'pipeline', 'runs', 'usage', 'security'];

const server = sourceFiles('src');
const console = sourceFiles('console/src');
// This folder writes down what it looks for.
const tests = sourceFiles('test').filter(({ path }) => !path.startsWith('test/tidy/'));
const tools = sourceFiles('bench', 'scripts');
const everything = [...server, ...console, ...tests, ...tools];

const code = (files: readonly SourceFile[]): SourceFile[] =>
  files.map(({ path, text }) => ({ path, text: withoutComments(text) }));

const inFolders = (...folders: readonly string[]): SourceFile[] =>
  server.filter(({ path }) => folders.some((folder) => path.startsWith(`src/${folder}/`)));

describe('numbers', () => {
  it('no quantity passes through a float', () => {
    const exact = 'quantity|amount|price|balance|decimal';
    const float = new RegExp(
      String.raw`\b(?:Number|parseFloat)\((?:[^()]*[.\s['"])?(?:${exact})\w*['"\]]*\)`,
      'iu',
    );
    expect(linesMatching(code([...server, ...console]), float)).toEqual([]);
    expect('Number(record.quantity)').toMatch(float);
    expect("parseFloat(row['amount'])").toMatch(float);
  });

  it('parseFloat is not used at all', () => {
    expect(linesMatching(code([...server, ...console]), /\bparseFloat\b/u)).toEqual([]);
  });
});

describe('time and chance', () => {
  it('domain code reads no clock but clock.ts', () => {
    expect(linesMatching(code(inFolders(...DOMAIN)), /\bnew Date\(\s*\)|\bDate\.now\b|\bDate\(\)/u)).toEqual(
      [],
    );
  });

  it('instants become text with six digits in one place', () => {
    const places = code(inFolders(...DOMAIN)).filter(({ text }) => text.includes('new Date('));
    expect(places.map(({ path }) => path)).toEqual(['src/definitions/values/civil-time.ts']);
  });

  it('nothing that is computed depends on chance', () => {
    const folders = ['definitions', 'meters', 'pipeline', 'runs', 'usage', 'data-plane'];
    expect(linesMatching(code(inFolders(...folders)), /\bMath\.random\b/u)).toEqual([]);
  });
});

describe('habits', () => {
  it('nothing is left for later', () => {
    expect(linesMatching(everything, /\b(?:TODO|FIXME|XXX|HACK)\b/u)).toEqual([]);
  });

  it('types and lint are obeyed, not silenced', () => {
    const silenced = /(?:ox|es)lint-disable|@ts-(?:ignore|expect-error|nocheck)|prettier-ignore/u;
    expect(linesMatching(everything, silenced)).toEqual([]);
    expect(linesMatching(code(everything), /:\s*any\b|<any>|\bas any\b|\bany\[\]/u)).toEqual([]);
  });

  it('every test runs', () => {
    expect(linesMatching(code(tests), /\b(?:it|describe|test)\.(?:only|todo)\b/u)).toEqual([]);
  });

  it('the server logs through its log; only commands print', () => {
    const silent = server.filter(({ path }) => !path.startsWith('src/cli/') && path !== 'src/main.ts');
    expect(linesMatching(code(silent), /\bconsole\.(?:log|error|warn|info|debug)\(/u)).toEqual([]);
  });

  it('no error is swallowed', () => {
    expect(everything.filter(({ text }) => /\bcatch\s*(?:\([^)]*\))?\s*\{\s*\}/u.test(text))).toEqual([]);
  });
});

describe('files', () => {
  it.each([
    ['tests', tests],
    ['code', [...server, ...console, ...tools]],
  ] as const)('of %s stay short enough to read', (kind, files) => {
    const lines = ({ text }: SourceFile) => text.split('\n').length;
    const long = files.filter((file) => lines(file) > LINES_MAX[kind]);
    expect(long.map((file) => `${file.path}: ${lines(file)}`)).toEqual([]);
  });

  it('the first line of an index says what its folder owns', () => {
    const indexes = server.filter(({ path }) => path.endsWith('/index.ts'));
    expect(indexes.length).toBeGreaterThan(4);
    expect(indexes.filter(({ text }) => !/^\/\/ \S/u.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
