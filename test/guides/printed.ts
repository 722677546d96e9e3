// Owns the rule by which what a command printed is compared with what the guide says.
//
// Everything must be equal, digit for digit and line for line, except:
// - an id (`run_x1`, or the UUID in a cursor) stands for any id of its kind, the same one throughout the guide;
// - `…` stands for anything on its line, and a line of `…` alone for any number of lines;
// - lines of progress, which only slow runs print;
// - how many spaces stand between two words, since columns are as wide as their ids;
// - in JSON, members that the guide leaves out, and array elements after a last `"…"`.
import { ID_PREFIXES } from '../../src/control-plane/ids.ts';

const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const ID = new RegExp(String.raw`\b(?:(?:${ID_PREFIXES.join('|')})_[a-z0-9]+|${UUID})\b`, 'gu');
const ANYTHING = '…';

/** What the ids of a guide stand for on the server that it is tried on. */
export class Ids {
  private readonly actual = new Map<string, string>();

  /** Commands of the guide as they must be typed on this server. */
  filledIn(commands: string): string {
    return commands.replace(ID, (id) => this.actual.get(id) ?? id);
  }

  /** Whether the text is what the guide says; learns its ids if so. */
  matches(said: string, printed: string): boolean {
    const learnt: string[] = [];
    const pattern = tidy(said)
      .split(/(?<=^|\n)…\n/u)
      .map((part) => this.patternOf(part, learnt))
      .join('(?:.*\\n)*?');
    const found = new RegExp(`^${pattern}$`, 'u').exec(tidy(printed));
    if (!found) return false;
    for (const [index, id] of learnt.entries()) this.learn(id, found[index + 1] ?? '');
    return true;
  }

  private patternOf(part: string, learnt: string[]): string {
    const pieces = part.split(ID);
    const ids = (part.match(ID) ?? []).map((id) => this.idPattern(id, learnt));
    return pieces.map((piece, index) => literal(piece) + (ids[index] ?? '')).join('');
  }

  private idPattern(id: string, learnt: string[]): string {
    const known = this.actual.get(id);
    if (known !== undefined) return literal(known);
    const seen = learnt.indexOf(id);
    if (seen >= 0) return `\\${seen + 1}(?![a-z0-9])`;
    learnt.push(id);
    return id.includes('_') ? `(${id.slice(0, id.indexOf('_'))}_[a-z0-9]+)` : `(${UUID})`;
  }

  private learn(id: string, actual: string): void {
    for (const [other, taken] of this.actual) {
      if (taken === actual) throw new Error(`${other} and ${id} of the guide are the same thing: ${actual}`);
    }
    this.actual.set(id, actual);
  }
}

/** Where the JSON is not what the guide says, as a pointer; undefined if it is. */
export function jsonDifference(ids: Ids, said: unknown, printed: unknown, place = ''): string | undefined {
  if (typeof said === 'string' && typeof printed === 'string') {
    return ids.matches(said, printed) ? undefined : place;
  }
  if (said === ANYTHING) return printed === undefined ? place : undefined;
  if (!isObject(said) || !isObject(printed)) return Object.is(said, printed) ? undefined : place;
  if (Array.isArray(said) !== Array.isArray(printed)) return place;
  const open = Array.isArray(said) && said.at(-1) === ANYTHING;
  const listed = Object.entries(said).slice(0, open ? -1 : undefined);
  if (Array.isArray(printed) && (open ? printed.length < listed.length : printed.length !== listed.length)) {
    return place;
  }
  for (const [name, value] of listed) {
    const difference = jsonDifference(ids, value, printed[name], `${place}/${name}`);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

const PROGRESS = /[█░]/u;

/** The text as it is compared: progress, spaces between words and at the ends of lines do not count. */
export function tidy(text: string): string {
  return text
    .split('\n')
    .filter((line) => !PROGRESS.test(line))
    .map((line) => line.replace(/\s+/gu, ' ').trim())
    .join('\n')
    .trim()
    .concat('\n');
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&').replaceAll(ANYTHING, '.*?');
}
