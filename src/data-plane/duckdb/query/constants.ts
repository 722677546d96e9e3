// Owns the literals of a query and the types it may cast to.
import { NumberText } from '../../../definitions/values/numeral.ts';
import { literalSql } from '../export-sql.ts';
import { MADE_TEXT_BYTES_MAX } from './limits.ts';
import { isPresent, nodeOf, textOf } from './parsed-tree.ts';
import type { TreeNode } from './parsed-tree.ts';
import type { Piece, Translation } from './translation.ts';

/** As the engine names them; DECIMAL comes with width and scale. Not BLOB, JSON, lists, nor types by a name. */
export const ALLOWED_CAST_TYPES = [
  'BIGINT',
  'BOOLEAN',
  'DATE',
  'DECIMAL',
  'DOUBLE',
  'HUGEINT',
  'INTEGER',
  'INTERVAL',
  'SMALLINT',
  'TIMESTAMP',
  'TIMESTAMP WITH TIME ZONE',
  'TINYINT',
  'VARCHAR',
] as const;

const WHOLE = new Set(['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT']);

/** The type of a cast as SQL; undefined if it is not allowed. */
export function castType(type: TreeNode): string | undefined {
  const id = ALLOWED_CAST_TYPES.find((name) => name === type['id']);
  if (id !== 'DECIMAL') return isPresent(type['type_info']) ? undefined : id;
  const { width, scale } = nodeOf(type['type_info']);
  return Number.isInteger(width) && Number.isInteger(scale)
    ? `DECIMAL(${Number(width)},${Number(scale)})`
    : undefined;
}

/** A literal as SQL of ours. */
export function constant(node: TreeNode, translation: Translation): Piece {
  translation.onlyMembers(node, ['value']);
  const value = nodeOf(node['value']);
  const sql = literal(value);
  if (sql !== undefined) return { sql, cost: 1 };
  return translation.refuse(node, `a literal of type ${textOf(nodeOf(value['type'])['id']) || 'unknown'}`);
}

/** The text of a literal; undefined for anything else. */
export function literalText(node: TreeNode | undefined): string | undefined {
  if (node?.['class'] !== 'CONSTANT') return undefined;
  const { type, value } = nodeOf(node['value']);
  return nodeOf(type)['id'] === 'VARCHAR' && typeof value === 'string' ? value : undefined;
}

function literal(constantValue: TreeNode): string | undefined {
  const { type, value, is_null: isNull } = constantValue;
  const { id, type_info: info } = nodeOf(type);
  if (isNull === true) return 'NULL';
  if (id === 'BOOLEAN') return value === true ? 'TRUE' : 'FALSE';
  if (id === 'VARCHAR') {
    const short = typeof value === 'string' && Buffer.byteLength(value) <= MADE_TEXT_BYTES_MAX;
    return short ? literalSql(value) : undefined;
  }
  if (id === 'DOUBLE') return doubleText(value);
  const whole = wholeNumber(value);
  if (whole === undefined) return undefined;
  if (typeof id === 'string' && WHOLE.has(id)) return whole < 0n ? `(${whole})` : String(whole);
  if (id !== 'DECIMAL') return undefined;
  const scale = nodeOf(info)['scale'];
  return typeof scale === 'number' ? decimalText(whole, scale) : undefined;
}

function numberText(value: unknown): string | undefined {
  const text = value instanceof NumberText || typeof value === 'number' ? String(value) : '';
  return /^-?[\d.]+(?:e[+-]?\d+)?$/iu.test(text) ? text : undefined;
}

function doubleText(value: unknown): string | undefined {
  const text = numberText(value);
  return text === undefined ? undefined : `CAST('${text}' AS DOUBLE)`;
}

/** A whole number, also one of 128 bits in two halves. */
function wholeNumber(value: unknown): bigint | undefined {
  const text = numberText(value);
  if (text !== undefined) return /^-?\d+$/u.test(text) ? BigInt(text) : undefined;
  const { upper, lower } = nodeOf(value);
  const [high, low] = [numberText(upper), numberText(lower)];
  return high === undefined || low === undefined ? undefined : (BigInt(high) << 64n) + BigInt(low);
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const text = scale === 0 ? `${digits}.` : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `(-${text})` : text;
}
