// Owns the canonical text of strings and booleans.
import { NumberText } from './numeral.ts';
import { shown, typeName, type ValueReader } from './value-problem.ts';

/** Half of a surrogate pair; such a text has no UTF-8 form, and two of them would be stored as the same. */
const LONE_SURROGATE = /[\ud800-\udfff]/u;

/** Reads texts. A JSON number is not a text: its spelling (`1.0`, `1`) would be lost on the way. */
export const readString: ValueReader = (raw) => {
  if (typeof raw !== 'string') {
    const name = raw instanceof NumberText ? 'a number' : typeName(raw);
    return { problem: `expected a text, found ${name}` };
  }
  return LONE_SURROGATE.test(raw) ? { problem: 'the text has half of a surrogate pair' } : raw;
};

/** Reads `true` and `false`, in any case where they are text. */
export const readBoolean: ValueReader = (raw) => {
  if (raw === true || raw === 'true') return 'true';
  if (raw === false || raw === 'false') return 'false';
  if (typeof raw === 'string') {
    const lower = raw.toLowerCase();
    if (lower === 'true' || lower === 'false') return lower;
  }
  return { problem: `${shown(raw)} is not true or false` };
};
