// Owns the expression tree between the languages that make it (CEL, filter conditions) and the engines
// that evaluate it. Engine-neutral: no SQL here.
import type { FieldType } from '../../definitions/types.ts';
import type { Operator } from './operators.ts';

/** The type of a value in a plan: a field type, with the scale of a decimal. Every value may be null. */
export interface ValueType {
  readonly type: FieldType;
  /** Present exactly for `decimal`. */
  readonly scale?: number;
}

export interface FieldExpression {
  readonly node: 'field';
  readonly name: string;
  readonly type: ValueType;
}
export interface LiteralExpression {
  readonly node: 'literal';
  /** Canonical text (definitions/types.ts), or null. */
  readonly value: string | null;
  readonly type: ValueType;
}
export interface CallExpression {
  readonly node: 'call';
  readonly operator: Operator;
  readonly arguments: readonly Expression[];
  readonly type: ValueType;
}

export type Expression = FieldExpression | LiteralExpression | CallExpression;
