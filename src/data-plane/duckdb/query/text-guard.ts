// Owns the bound on texts that a query makes out of texts.
import { MADE_TEXT_BYTES_MAX } from './limits.ts';

const MESSAGE = `a text made by ||, concat or replace has more than ${MADE_TEXT_BYTES_MAX} bytes`;

/** `||`, concat or replace as SQL that fails where the text would be too long, before it is made. */
export function madeTextSql(name: string, operands: readonly string[]): string {
  const lengths = operands.map((operand) => `strlen(CAST(${operand} AS VARCHAR))`);
  const too = (size: string, made: string): string =>
    `(CASE WHEN ${size} > ${MADE_TEXT_BYTES_MAX} THEN error('${MESSAGE}') ELSE ${made} END)`;
  // Where the text to find is empty, or nothing is found, the text stays as it is.
  if (name === 'replace') return too(`${lengths[0]} * greatest(${lengths[2]}, 1)`, call(name, operands));
  if (name === 'concat') {
    // concat takes no value for the empty text.
    return too(lengths.map((length) => `coalesce(${length}, 0)`).join(' + '), call(name, operands));
  }
  return too(lengths.join(' + '), operands.join(' || '));
}

const call = (name: string, operands: readonly string[]): string => `${name}(${operands.join(', ')})`;
