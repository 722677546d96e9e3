// Owns schemas of what comes as text in a path or query, and of what every resource has.
import { z } from 'zod';

/** A whole number written in digits. */
export const wholeNumber = (min: number, max: number) =>
  z.preprocess(
    (text) => (typeof text === 'string' && /^\d{1,15}$/u.test(text) ? Number(text) : text),
    z
      .int({ error: `Must be a whole number from ${min} to ${max}.` })
      .min(min)
      .max(max),
  );

/** `true`, `false`, or the bare name for true. */
export const flag = z.preprocess(
  (text) => {
    if (text === 'true' || text === '') return true;
    return text === 'false' ? false : text;
  },
  z.boolean({ error: 'Must be true or false.' }),
);

/** A path parameter that names a resource. */
export const reference = z.string().min(1).meta({ description: 'Id or unique name.' });

export const idParams = z.strictObject({ id: reference });

/** An instant in answers: RFC 3339, UTC, six fraction digits. */
export const instant = z
  .string()
  .meta({ id: 'Instant', description: 'RFC 3339, UTC, six fraction digits.', format: 'date-time' });

/** A count in answers. */
export const count = z.int().nonnegative();
