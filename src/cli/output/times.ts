// Owns how instants and durations are shown.

/** A canonical instant without fraction digits that are zero: `2026-09-01T00:00:00Z`. */
export function instantText(instant: string | null | undefined): string {
  return instant === null || instant === undefined ? '-' : instant.replace(/\.(\d*?)0+Z$/, fraction);
}

function fraction(_match: string, digits: string): string {
  return digits === '' ? 'Z' : `.${digits}Z`;
}

/** `340 ms`, `4.2 s`, `3 min 05 s`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, '0')} s`;
}
