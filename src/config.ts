// Owns the settings of a server: from the environment, all problems at once.
import { resolve } from 'node:path';
import { z } from 'zod';
import { WeirError } from './errors.ts';
import type { Problem } from './errors.ts';

export interface Config {
  /** Absolute path. */
  readonly dataDir: string;
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly adminKey: string | undefined;
  /** Rows of event time that one slice of a run takes at most, where windows allow. */
  readonly sliceRows?: number;
  /** Now, as an instant, for what happens by the calendar; for tests. */
  readonly clock?: () => string;
  /** Bytes of events that may be in memory on their way into stores. */
  readonly intakeBytes?: number;
  /** Checks every answer against its schema; for tests. */
  readonly checkAnswers?: boolean;
}

const notEmpty = (name: string) => z.string().min(1, `${name} may not be empty.`);

const environment = z.object({
  WEIR_DATA_DIR: notEmpty('WEIR_DATA_DIR').default('./data'),
  WEIR_HOST: notEmpty('WEIR_HOST').default('127.0.0.1'),
  WEIR_PORT: z
    .string()
    .default('4680')
    .refine(
      (text) => /^\d{1,5}$/u.test(text) && Number(text) <= 65_535,
      'WEIR_PORT must be a port, 0 to 65535.',
    )
    .transform(Number),
  // What a header can carry unchanged.
  WEIR_ADMIN_KEY: notEmpty('WEIR_ADMIN_KEY')
    .regex(
      /^(?! )[\x20-\x7e]*(?<! )$/u,
      'WEIR_ADMIN_KEY must be printable ASCII, without spaces at its ends.',
    )
    .optional(),
  WEIR_SLICE_ROWS: z
    .string()
    .default('2000000')
    .refine((text) => /^[1-9]\d{0,9}$/u.test(text), 'WEIR_SLICE_ROWS must be a whole number, at least 1.')
    .transform(Number),
  WEIR_INTAKE_BYTES: z
    .string()
    .default('134217728')
    .refine((text) => /^[1-9]\d{0,11}$/u.test(text), 'WEIR_INTAKE_BYTES must be a whole number, at least 1.')
    .transform(Number),
});

/** Reads the settings; `CONFIG_INVALID` names every wrong one. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const result = environment.safeParse(env);
  if (!result.success) {
    const problems = result.error.issues.map((issue): Problem => ({
      pointer: `/${issue.path.join('/')}`,
      code: 'CONFIG_INVALID',
      message: issue.message,
    }));
    const detail = problems.map((problem) => problem.message).join(' ');
    throw new WeirError('invalid', 'CONFIG_INVALID', detail, { problems });
  }
  const { data } = result;
  return {
    dataDir: resolve(data.WEIR_DATA_DIR),
    host: data.WEIR_HOST,
    port: data.WEIR_PORT,
    adminKey: data.WEIR_ADMIN_KEY,
    sliceRows: data.WEIR_SLICE_ROWS,
    intakeBytes: data.WEIR_INTAKE_BYTES,
  };
}
