// Owns the rules for names that users give to resources.
import type { Problem } from '../errors.ts';
import { ID_PREFIXES } from './ids.ts';

export const NAME_LENGTH_MAX = 128;

const idLike = new RegExp(`^(?:${ID_PREFIXES.join('|')})_`, 'u');
/** Control characters and unpaired surrogates: they cannot be shown, stored or sent back unchanged. */
const unprintable = /[\p{Cc}\p{Cs}]/u;

const invalid = (name: string): string | undefined => {
  if (name.trim() === '') return 'A name may not be empty.';
  if (name !== name.trim()) return 'A name may not begin or end with white space.';
  if (Array.from(name).length > NAME_LENGTH_MAX) return `A name has at most ${NAME_LENGTH_MAX} characters.`;
  if (unprintable.test(name)) return 'A name may not contain control characters.';
  if (idLike.test(name))
    return `A name may not begin like an id ('${name.slice(0, name.indexOf('_') + 1)}').`;
  return undefined;
};

/** `NAME_INVALID`, if the name breaks a rule: 1 to 128 characters, trimmed, not beginning like an id. */
export function nameProblems(name: string, pointer = '/name'): Problem[] {
  const message = invalid(name);
  return message === undefined ? [] : [{ pointer, code: 'NAME_INVALID', message }];
}
