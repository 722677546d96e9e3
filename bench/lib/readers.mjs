// Owns reading a store while it is written: one client that pages through its events, one that counts them by hour.
import { MONTH } from './events.mjs';

const PAGE = 1_000;
const PAGES_MAX = 20;

/** Reads until `stop` is called, which gives how many calls were answered. */
export function startReaders(client, path) {
  const stopping = new AbortController();
  let calls = 0;
  const page = async () => {
    let cursor;
    for (let pages = 0; !stopping.signal.aborted && pages < PAGES_MAX; pages += 1) {
      const after = cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { nextCursor } = await client.get(`${path}/events?limit=${PAGE}${after}`);
      calls += 1;
      if (nextCursor === null) return;
      cursor = nextCursor;
    }
  };
  const count = async () => {
    await client.get(`${path}/histogram?bucket=hour&from=${MONTH.from}T00:00:00Z&to=${MONTH.to}T00:00:00Z`);
    calls += 1;
  };
  const again = async (work) => {
    while (!stopping.signal.aborted) await work();
  };
  const both = Promise.all([again(page), again(count)]);
  return {
    stop: async () => {
      stopping.abort();
      await both;
      return calls;
    },
  };
}
