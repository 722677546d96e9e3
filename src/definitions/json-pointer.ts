// Owns RFC 6901 pointers.

/** The pointer to a member of the member of ...: `/fields/3/name`, with `~` and `/` escaped. */
export const jsonPointer = (...steps: readonly (string | number)[]): string =>
  steps.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
