// Owns following long work by server-sent events: the same resource that GET gives, sent whenever it has
// changed, until it has ended.
import { setTimeout as pause } from 'node:timers/promises';
import { StreamAnswer, rawAnswer } from './answers.ts';
import { toJson } from './raw-json.ts';

/** How often the resource is looked at. */
const LOOK_MS = 250;
/** A line now and then, so that proxies keep the connection and a reader that left is noticed. */
const KEEP_ALIVE_MS = 15_000;

/** The answer of such an endpoint, for its declaration. */
export const progressAnswer = rawAnswer(
  ['text/event-stream'],
  'Server-sent events, each with the resource as JSON; the last one has a final status, then the stream ends.',
);

/** Follows a resource until `isFinal`, or until the reader goes. `look` throws what GET would throw. */
export function followProgress<T extends { readonly status: string }>(
  look: () => Promise<T>,
  isFinal: (status: T['status']) => boolean,
  signal: AbortSignal,
): StreamAnswer {
  return new StreamAnswer('text/event-stream', progressParts(look, isFinal, signal), {
    'cache-control': 'no-store',
  });
}

async function* progressParts<T extends { readonly status: string }>(
  look: () => Promise<T>,
  isFinal: (status: T['status']) => boolean,
  signal: AbortSignal,
): AsyncGenerator<string> {
  let sent = '';
  let quietMs = 0;
  while (!signal.aborted) {
    const resource = await look();
    const text = toJson(resource);
    if (text !== sent) {
      yield `data: ${text}\n\n`;
      sent = text;
      quietMs = 0;
    } else if (quietMs >= KEEP_ALIVE_MS) {
      yield ': still there\n\n';
      quietMs = 0;
    }
    if (isFinal(resource.status)) return;
    await pause(LOOK_MS);
    quietMs += LOOK_MS;
  }
}
