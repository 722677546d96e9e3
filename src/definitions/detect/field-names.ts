// Owns what a field's name suggests. Only proposals rest on it; a person confirms them.

/** The words of a name: `chargePeriodStart`, `charge_period_start` and `Charge Period Start` alike. */
const wordsOf = (name: string): string[] =>
  name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\d]+/u)
    .filter((word) => word !== '');

const CODE_WORDS: ReadonlySet<string> = new Set([
  'id',
  'uuid',
  'guid',
  'key',
  'code',
  'number',
  'zip',
  'phone',
]);
const TIME_WORDS: ReadonlySet<string> = new Set([
  'time',
  'timestamp',
  'datetime',
  'date',
  'start',
  'at',
  'ts',
]);

/** Whether digits under this name are a code (an account number) and not a quantity. */
export const namesCode = (name: string): boolean => CODE_WORDS.has(wordsOf(name).at(-1) ?? '');

export const namesTime = (name: string): boolean => wordsOf(name).some((word) => TIME_WORDS.has(word));

/** How well the name fits an event id: 0 best; 3 means that nothing suggests it. */
export function idRank(name: string): number {
  const words = wordsOf(name);
  if (['id', 'event id', 'uuid', 'event uuid'].includes(words.join(' '))) return 0;
  if (words.at(-1) === 'uuid' || words.at(-1) === 'guid') return 1;
  return words.at(-1) === 'id' ? 2 : 3;
}

/** How well the name fits an event time: 0 best. */
export function timeRank(name: string): number {
  const words = wordsOf(name);
  if (['time', 'timestamp', 'event time', 'start date time'].includes(words.join(' '))) return 0;
  if (words.includes('start')) return 1;
  return namesTime(name) ? 2 : 3;
}
