// Owns the meters of the benches and their runs on a server under test.
import { timed } from './measure.mjs';
import { STORE_SOURCE } from './store.mjs';

const REPLAY_ALL = { mode: 'replay', scope: { kind: 'all' } };

/** Makes a meter that sums units per value of this field and window. */
export const makeMeter = (client, name, groupBy, unit) =>
  client.post('/v1/meters', {
    name,
    type: 'sum',
    source: STORE_SOURCE,
    quantityField: 'units',
    groupBy: [groupBy],
    window: { unit },
    usage: { accountNumber: { field: groupBy }, unitOfMeasure: { constant: 'unit' } },
  });

/** Replays all time; milliseconds from the request to the run's end, and what the run changed. */
export async function replay(client, meter, options = {}) {
  const { result: run, ms } = await timed(async () => {
    const { id } = await client.post(`/v1/meters/${meter}/runs`, { ...REPLAY_ALL, ...options });
    return client.whenCompleted(`/v1/runs/${id}`);
  });
  return { ms, counts: run.result };
}

/** The records of one account in the month. */
export async function recordsOf(client, meter, account) {
  const query = new URLSearchParams({ meter, account, state: 'current' });
  return (await client.get(`/v1/usage-records?${query}`)).items;
}

/** Removes a meter; its records stay, so that the table of records stays as full as it is. */
export const removeMeter = (client, meter) => client.remove(`/v1/meters/${meter}?records=keep`);
