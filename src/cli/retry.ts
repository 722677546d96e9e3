// Owns when a call is sent again, as a table of delays rather than loops spread over the commands.

/** The server did not take the call; without Retry-After these delays apply. About four minutes in all. */
const busy_delays_ms = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 60_000, 120_000];
/** The connection failed or broke: short, since mostly nothing listens there. */
const broken_delays_ms = [200, 500, 1_000, 2_000];
const retry_after_ms_max = 120_000;

/**
 * Milliseconds to wait before attempt `attempt + 1`, or undefined to give up. 429 and 503 mean that nothing
 * was done, so any call may be repeated; a broken connection leaves that open, so only repeatable ones are.
 */
export function retryDelayMs(
  attempt: number,
  outcome: Response | Error,
  repeatable: boolean,
): number | undefined {
  if (outcome instanceof Error) return repeatable ? broken_delays_ms[attempt - 1] : undefined;
  if (outcome.status !== 429 && outcome.status !== 503) return undefined;
  const delay = busy_delays_ms[attempt - 1];
  return delay === undefined ? undefined : (retryAfterMs(outcome) ?? delay);
}

function retryAfterMs(response: Response): number | undefined {
  const seconds = response.headers.get('retry-after');
  if (seconds === null || !/^\d+$/.test(seconds)) return undefined;
  return Math.min(retry_after_ms_max, Number(seconds) * 1_000);
}
