// Owns the wall clock as canonical text.

/** Now, as a canonical instant: RFC 3339, UTC, six fraction digits. */
export const nowInstant = (): string => new Date().toISOString().replace('Z', '000Z');
