// Owns what the command line reads of a problem+json answer.
import { z } from 'zod';

export const problemSchema = z.object({
  code: z.string().optional(),
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z
    .array(z.object({ pointer: z.string().optional(), code: z.string().optional(), message: z.string() }))
    .optional(),
});
