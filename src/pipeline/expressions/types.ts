// Owns the expression tree between the languages that make it (CEL, filter conditions) and the engines
// that evaluate it. Engine-neutral: no SQL here.
import type { FieldType } from '../../definitions/types.ts';

/** The type of a value in a plan: a field type, with the scale of a decimal. Every value may be null. */
export interface ValueType {
  readonly type: FieldType;
  /** Present exactly for `decimal`. */
  readonly scale?: number;
}

export type Expression =
  | { readonly node: 'field'; readonly name: string; readonly type: ValueType }
  /** `value` is canonical text (definitions/types.ts), or null. */
  | { readonly node: 'literal'; readonly value: string | null; readonly type: ValueType }
  | {
      readonly node: 'call';
      readonly operator: string;
      readonly arguments: readonly Expression[];
      readonly type: ValueType;
    };
