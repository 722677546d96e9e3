// Owns decimals as integers of their last place.
import { DECIMAL_SCALE_MAX } from '../../../definitions/types.ts';

const ZEROS = '0'.repeat(DECIMAL_SCALE_MAX);

/** Canonical text of a decimal as the integer of its last place: `-1.5` with scale 3 is `-1500`. */
export function unscaled(text: string, scale: number): string {
  const point = text.indexOf('.');
  if (point < 0) return text === '0' ? text : text + ZEROS.slice(0, scale);
  const digits = text.length - point - 1;
  return text.slice(0, point) + text.slice(point + 1) + ZEROS.slice(0, scale - digits);
}
