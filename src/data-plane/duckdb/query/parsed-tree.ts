// Owns reading the engine's syntax tree of a statement. The tree is data of unknown shape: nothing is believed of
// it that has not been looked at.
import { parseJson } from '../../../definitions/json/parse-json.ts';
import { JsonSyntaxError } from '../../../definitions/json/lossless-json.ts';
import { NumberText } from '../../../definitions/values/numeral.ts';
import type { WeirError } from '../../../errors.ts';
import type { Connection } from '../connection.ts';
import { queryError } from './query-error.ts';

export type TreeNode = Readonly<Record<string, unknown>>;

/** The one SELECT of a statement as the engine understands it; throws QUERY_INVALID or QUERY_NOT_ALLOWED. */
export async function parseQuery(connection: Connection, sql: string): Promise<TreeNode> {
  const [row] = await connection.lists(
    'SELECT json_serialize_sql(CAST(? AS VARCHAR), skip_null := true, skip_empty := false, format := false)',
    [sql],
  );
  const answer = nodeOf(readTree(row?.[0] ?? '{}'));
  if (answer['error'] === true) throw notParsed(answer, sql);
  const statements = nodesOf(answer['statements']);
  const [statement] = statements;
  if (!statement) throw queryError('QUERY_INVALID', 'There is no statement.');
  if (statements.length > 1) {
    throw queryError('QUERY_NOT_ALLOWED', `One SELECT is allowed, not ${statements.length} statements.`);
  }
  return statement;
}

function readTree(json: string): unknown {
  try {
    return parseJson(json);
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    throw queryError('QUERY_TOO_COMPLEX', 'The statement is nested too deeply.');
  }
}

function notParsed(answer: TreeNode, sql: string): WeirError {
  const message = textOf(answer['error_message']);
  if (answer['error_type'] === 'not implemented') {
    return queryError('QUERY_NOT_ALLOWED', 'Only a SELECT is allowed.');
  }
  if (/max expression depth|memory exhausted/iu.test(message)) {
    return queryError('QUERY_TOO_COMPLEX', 'The statement is nested too deeply.');
  }
  // The parser counts characters; the tree counts bytes.
  const position = /^\d+$/u.test(textOf(answer['position'])) ? Number(answer['position']) : undefined;
  const place = position === undefined ? '' : placeAfter(Array.from(sql).slice(0, position).join(''));
  return queryError('QUERY_INVALID', `${message}${place}.`);
}

/** ` at line 2, column 5` of a position that the tree gives (bytes from the start), or nothing. */
export function placeText(sql: string, position: unknown): string {
  const bytes = Buffer.from(sql);
  if (typeof position !== 'number' || !(position >= 0 && position <= bytes.length)) return '';
  return placeAfter(bytes.subarray(0, position).toString());
}

function placeAfter(text: string): string {
  const lines = text.split('\n');
  return ` at line ${lines.length}, column ${Array.from(lines.at(-1)!).length + 1}`;
}

const isNode = (value: unknown): value is TreeNode =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof NumberText);

/** The value as a node; an empty one if it is none. */
export const nodeOf = (value: unknown): TreeNode => (isNode(value) ? value : {});

export const nodesOf = (value: unknown): readonly TreeNode[] =>
  Array.isArray(value) ? value.map(nodeOf) : [];

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const textsOf = (value: unknown): readonly string[] => listOf(value).map(textOf);

/** Whether a member says anything: the engine writes every member, most of them empty. */
export function isPresent(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  return !isNode(value) || Object.values(value).some(isPresent);
}
