// Owns the translation of schema findings into problems: all at once, each with a JSON pointer.
import type { z } from 'zod';
import { jsonPointer } from '../definitions/json-pointer.ts';
import type { Problem } from '../errors.ts';

const pointerOf = (path: readonly PropertyKey[], prefix: string): string =>
  prefix + jsonPointer(...path.map(String));

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, part)
        ? (value as Record<PropertyKey, unknown>)[part]
        : undefined,
    input,
  );

/** The variant of a union that the input is nearest to: the one with the fewest findings. */
const nearestVariant = (variants: readonly (readonly z.core.$ZodIssue[])[]): readonly z.core.$ZodIssue[] =>
  variants.reduce((best, variant) => (variant.length < best.length ? variant : best), variants[0] ?? []);

function findings(
  issue: z.core.$ZodIssue,
  input: unknown,
  base: readonly PropertyKey[],
  prefix: string,
): Problem[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointerOf([...path, key], prefix),
      code: 'FIELD_UNKNOWN',
      message: `'${key}' is not known here.`,
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return nearestVariant(issue.errors).flatMap((inner) => findings(inner, input, path, prefix));
  }
  const pointer = pointerOf(path, prefix);
  if (issue.code === 'invalid_type' && valueAt(input, path) === undefined) {
    return [{ pointer, code: 'FIELD_REQUIRED', message: `'${String(path.at(-1) ?? 'body')}' is required.` }];
  }
  // A rule of ours names its code: addIssue({code: 'custom', params: {code: 'NAME_INVALID'}, message}).
  const own = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  return [{ pointer, code: typeof own === 'string' ? own : 'VALUE_INVALID', message: issue.message }];
}

export type Checked<T> =
  | { readonly value: T; readonly problems: readonly [] }
  | { readonly value?: never; readonly problems: readonly Problem[] };

/** Checks `input`; either its parsed value or every problem, pointers starting with `prefix`. */
export function checkInput<S extends z.ZodType>(
  schema: S,
  input: unknown,
  prefix = '',
): Checked<z.output<S>> {
  const result = schema.safeParse(input);
  if (result.success) return { value: result.data, problems: [] };
  return { problems: result.error.issues.flatMap((issue) => findings(issue, input, [], prefix)) };
}
