// Owns windows of event time: what they are. The arithmetic is in calendar.ts; adapters translate it.
export const WINDOW_UNITS = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'all'] as const;
export type WindowUnit = (typeof WINDOW_UNITS)[number];

export interface Window {
  readonly unit: WindowUnit;
  /** Units per window, at least 1. */
  readonly count: number;
  /** IANA zone of the calendar. */
  readonly timeZone: string;
  /**
   * Where a calendar window starts: for week the weekday (1 Monday to 7 Sunday), for month, quarter and
   * year the day of the month (1 to 31, clipped to the month's length).
   */
  readonly anchorDay?: number;
}
