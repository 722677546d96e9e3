// Loaded into a server under test before it starts: tells, when asked, how long its event loop was blocked at most
// since it was asked last.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

const RESOLUTION_MS = 5;

if (isMainThread && process.send) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  process.on('message', () => {
    // A timer that is not late counts with its own interval.
    process.send({ blockedMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS) });
    delay.reset();
  });
  // The channel must not keep a server alive that was told to end.
  process.channel.unref();
}
