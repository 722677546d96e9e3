// Instants in a chosen zone. The API speaks RFC 3339 UTC with six fraction digits; people read local time.

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-CA-u-ca-iso8601-nu-latn', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

export interface LocalTime {
  readonly date: string;
  /** `HH:mm:ss` */
  readonly time: string;
}

/** Date and time of an instant (milliseconds since the epoch) on the clocks of a zone. */
export function localTime(millis: number, zone: string): LocalTime {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
  for (const part of formatterOf(zone).formatToParts(millis)) parts[part.type] = part.value;
  return {
    date: `${(parts.year ?? '').padStart(4, '0')}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}:${parts.second}`,
  };
}

/** `2026-03-05 14:03:22.5` in the zone: fraction digits come from the text, unneeded zeros left out. */
export function formatInstant(instant: string, zone: string): string {
  const millis = Date.parse(instant);
  if (Number.isNaN(millis)) return instant;
  const { date, time } = localTime(millis, zone);
  const fraction = /\.(\d+)/.exec(instant)?.[1]?.replace(/0+$/, '') ?? '';
  return `${date} ${time}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Milliseconds by which the zone's clocks are ahead of UTC at an instant. */
function offsetAt(millis: number, zone: string): number {
  const { date, time } = localTime(millis, zone);
  return Date.parse(`${date}T${time}Z`) - Math.floor(millis / 1000) * 1000;
}

/**
 * The instant (milliseconds) at which the zone's clocks show `date` and `time`. A time that a clock change
 * skips is moved forward by the change; of one that occurs twice the first is taken.
 */
export function instantOf(date: string, time: string, zone: string): number {
  const asUtc = Date.parse(`${date}T${time}Z`);
  const day = 86_400_000;
  const before = asUtc - offsetAt(asUtc - day, zone);
  const after = asUtc - offsetAt(asUtc + day, zone);
  const shows = (millis: number) => millis + offsetAt(millis, zone) === asUtc;
  // `before` uses the offset from ahead of a change: the earlier reading of a repeated hour, and for a
  // skipped one the reading that lands after the gap.
  return shows(before) || !shows(after) ? before : after;
}

/** Text for the API from milliseconds. */
export function toInstant(millis: number): string {
  return new Date(millis).toISOString().replace(/\.(\d{3})Z$/, '.$1000Z');
}

/** `85` as `1 min 25 s`; `null` as a dash. */
export function formatSeconds(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–';
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
