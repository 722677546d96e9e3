// Owns telling what differs between a configuration and what the server holds, member by member.

export interface Difference {
  /** JSON pointer. */
  readonly pointer: string;
  /** Undefined where the side has no such member. */
  readonly before: unknown;
  readonly after: unknown;
}

/** The differences of two JSON values. Members whose value is undefined or null count as absent. */
export function differencesOf(before: unknown, after: unknown, pointer = ''): Difference[] {
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length);
    return Array.from({ length }, (_, index) =>
      differencesOf(before[index], after[index], `${pointer}/${index}`),
    ).flat();
  }
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return names.flatMap((name) =>
      differencesOf(
        before[name],
        after[name],
        `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      ),
    );
  }
  return (before ?? undefined) === (after ?? undefined) ? [] : [{ pointer, before, after }];
}

/** One line: `/fields/3/scale: 12 -> 6`. */
export function differenceLine({ pointer, before, after }: Difference): string {
  return `${pointer}: ${valueText(before)} -> ${valueText(after)}`;
}

function valueText(value: unknown): string {
  return value === undefined || value === null ? '(none)' : JSON.stringify(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
