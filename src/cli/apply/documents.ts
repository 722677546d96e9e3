// Owns reading configuration files: YAML or JSON, several documents each, checked as far as can be without
// the server. Every problem of every file is reported at once.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Big } from 'big.js';
import { isScalar, LineCounter, parseAllDocuments, visit, type Document } from 'yaml';
import { CliError, usageError } from '../cli-error.ts';

/** In the order in which they are applied: each refers to the ones before it only. */
export const KINDS = ['EventDefinition', 'EventStore', 'Meter'] as const;
export type Kind = (typeof KINDS)[number];

/** One named thing, as the API takes it. */
export interface Configuration {
  readonly kind: Kind;
  readonly name: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** File and line, for messages. */
  readonly place: string;
}

const EXTENSIONS = /\.(ya?ml|json)$/;

/** Reads files, folders (their YAML and JSON files, by name) and `-` (standard input), sorted by kind. */
export async function readConfigurations(paths: readonly string[]): Promise<Configuration[]> {
  const configurations: Configuration[] = [];
  const problems: string[] = [];
  for (const file of (await Promise.all(paths.map(filesOf))).flat()) {
    parseConfigurations(file, await contentOf(file), configurations, problems);
  }
  const seen = new Map<string, string>();
  for (const { kind, name, place } of configurations) {
    const before = seen.get(`${kind} ${name}`);
    if (before !== undefined) problems.push(`${place}: ${kind} "${name}" stands at ${before} already`);
    seen.set(`${kind} ${name}`, place);
  }
  if (problems.length > 0) {
    throw new CliError('the configuration has problems; nothing was applied', {
      code: 'CONFIGURATION_INVALID',
      details: problems,
    });
  }
  if (configurations.length === 0) throw usageError('there is nothing to apply in the given files');
  return configurations.sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
}

async function filesOf(path: string): Promise<string[]> {
  if (path === '-') return [path];
  const found = await stat(path).catch((error: unknown) => {
    throw new CliError(`${path} cannot be read: ${String(error)}`, { cause: error });
  });
  if (!found.isDirectory()) return [path];
  const names = (await readdir(path)).filter((name) => EXTENSIONS.test(name)).sort();
  return names.map((name) => join(path, name));
}

function contentOf(file: string): Promise<string> {
  return file === '-' ? text(process.stdin) : readFile(file, 'utf8');
}

function parseConfigurations(
  file: string,
  content: string,
  configurations: Configuration[],
  problems: string[],
): void {
  const lines = new LineCounter();
  const placeOf = (offset: number): string => `${file}:${lines.linePos(offset).line}`;
  for (const document of parseAllDocuments(content, { lineCounter: lines })) {
    const found = [...syntaxProblems(document, placeOf), ...numberProblems(document, placeOf)];
    problems.push(...found);
    const value = document.toJS() as unknown;
    // Nothing between two separators, or comments only.
    if (found.length > 0 || value === null) continue;
    const configuration = toConfiguration(value, placeOf(document.contents?.range?.[0] ?? 0));
    if (typeof configuration === 'string') problems.push(configuration);
    else configurations.push(configuration);
  }
}

function syntaxProblems(document: Document.Parsed, placeOf: (offset: number) => string): string[] {
  return document.errors.map((error) => `${placeOf(error.pos[0])}: ${error.message.split('\n')[0] ?? ''}`);
}

/** A number that YAML would round is refused: it must be written in quotes to keep its digits. */
function numberProblems(document: Document.Parsed, placeOf: (offset: number) => string): string[] {
  const problems: string[] = [];
  visit(document, {
    Scalar(_key, node) {
      if (!isScalar(node) || typeof node.value !== 'number' || node.source === undefined) return;
      if (sameNumber(node.source, node.value)) return;
      problems.push(`${placeOf(node.range?.[0] ?? 0)}: ${node.source} would lose digits; write it in quotes`);
    },
  });
  return problems;
}

function sameNumber(source: string, value: number): boolean {
  // Hexadecimal and octal literals are whole numbers, exact up to 2^53.
  if (/^0[xo]/.test(source)) return Number.isSafeInteger(value);
  return Number.isFinite(value) && new Big(source.replace(/^\+/, '')).eq(String(value));
}

function toConfiguration(value: unknown, place: string): Configuration | string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `${place}: a document with "kind" and "name" is expected`;
  }
  const { kind, ...body } = value as Record<string, unknown>;
  const known = KINDS.find((name) => name === kind);
  if (known === undefined) return `${place}: "kind" must be one of ${KINDS.join(', ')}`;
  const { name } = body;
  if (typeof name !== 'string' || name === '') return `${place}: ${known} needs a "name"`;
  return { kind: known, name, body, place };
}
