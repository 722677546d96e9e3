// Owns waiting for long work: asking again until its status is final.
import { setTimeout as pause } from 'node:timers/promises';

const poll_ms_first = 50;
const poll_ms_max = 500;

/** Asks with `read`, at first quickly, until `isFinal`; `onEach` sees every answer. */
export async function waitFor<T>(
  read: () => Promise<T>,
  first: T,
  isFinal: (answer: T) => boolean,
  onEach: (answer: T) => void = () => undefined,
): Promise<T> {
  let answer = first;
  for (let delay = poll_ms_first; !isFinal(answer); delay = Math.min(poll_ms_max, delay * 1.5)) {
    onEach(answer);
    await pause(delay);
    answer = await read();
  }
  return answer;
}
