// Owns the shape of lists: `{"items": [...], "nextCursor": ...}` with a limit and an opaque cursor.
import { z } from 'zod';
import type { ControlReader, Collection, Stored } from '../control-plane/port.ts';
import { WeirError } from '../errors.ts';
import { wholeNumber } from './parameters.ts';

export const LIST_LIMIT_DEFAULT = 100;
export const LIST_LIMIT_MAX = 1_000;

/** The members that every list takes in its query; spread them into its `z.strictObject`. */
export const listQuery = {
  limit: wholeNumber(1, LIST_LIMIT_MAX)
    .default(LIST_LIMIT_DEFAULT)
    .meta({ description: 'Items per answer.' }),
  cursor: z.string().optional().meta({ description: '`nextCursor` of the answer before.' }),
};

/** The answer of a list of these items. */
export const listOf = <S extends z.ZodType>(
  item: S,
): z.ZodObject<{ items: z.ZodArray<S>; nextCursor: z.ZodNullable<z.ZodString> }, z.core.$strict> =>
  z.strictObject({
    items: z.array(item),
    nextCursor: z.string().nullable().meta({ description: 'Null on the last page.' }),
  });

/** A cursor of values that say where to continue; opaque to callers, whole numbers and text only. */
export const encodeCursor = (place: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** Reads a cursor against the shape it was made with; anything else is `CURSOR_INVALID`. */
export function decodeCursor<S extends z.ZodType>(
  cursor: string | undefined,
  shape: S,
): z.output<S> | undefined {
  if (cursor === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch (cause) {
    throw new WeirError('invalid', 'CURSOR_INVALID', 'The cursor is not one that this list gave.', {
      cause,
      problems: [{ pointer: '/query/cursor', code: 'CURSOR_INVALID', message: 'Not a cursor of this list.' }],
    });
  }
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A page from up to `limit + 1` rows: the row too many only says that there is more. */
export function page<R, T>(
  rows: readonly R[],
  limit: number,
  present: (row: R) => T,
  placeOf: (row: R) => readonly (string | number)[],
): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(present), nextCursor: more ? encodeCursor(placeOf(last)) : null };
}

const positionCursor = z.tuple([z.int().nonnegative()]);

/** `after` of a list request from its cursor. */
export const positionAfter = (cursor: string | undefined): { readonly after?: number } => {
  const place = decodeCursor(cursor, positionCursor);
  return place ? { after: place[0] } : {};
};

interface ListCollection {
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly parent?: string;
  readonly newestFirst?: boolean;
}

/** A page of control-plane documents, each presented by `present`. */
export async function pageOfCollection<B, T>(
  control: ControlReader,
  collection: Collection<B>,
  request: ListCollection,
  present: (stored: Stored<B>) => T | Promise<T>,
): Promise<Page<T>> {
  const { cursor, limit, ...rest } = request;
  const rows = await control.list(collection, { ...rest, limit: limit + 1, ...positionAfter(cursor) });
  const shown = page(
    rows,
    limit,
    (row) => row,
    (row) => [row.position],
  );
  return { items: await Promise.all(shown.items.map(present)), nextCursor: shown.nextCursor };
}
