// Owns asking a person before something is done that cannot be undone.
import { createInterface } from 'node:readline/promises';
import type { Context } from './context.ts';

/** Asks on the terminal; `yes` answers before. Where nobody can be asked the answer is no. */
export async function confirmed({ output }: Context, question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (output.json || !process.stdin.isTTY) return false;
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}
