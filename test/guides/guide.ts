// Reads a guide: the commands that it tells the reader to type, and what it says that they print.

export interface Step {
  /** Line of the guide on which the commands begin. */
  readonly line: number;
  readonly commands: string;
  /** Whether one of the commands ends with an exit code other than 0 (the word `fails` after `sh`). */
  readonly fails: boolean;
  readonly printed: Printed | undefined;
}

export interface Printed {
  readonly line: number;
  readonly format: 'text' | 'json';
  readonly text: string;
}

/** A piece of a file that the guide shows: `yaml file=examples/usage.yaml`. */
export interface Quotation {
  readonly line: number;
  readonly file: string;
  readonly text: string;
}

export interface Guide {
  readonly steps: readonly Step[];
  readonly quotations: readonly Quotation[];
}

interface Fence {
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly text: string;
}

const PRINTED_FORMATS: Readonly<Record<string, Printed['format']>> = {
  '': 'text',
  text: 'text',
  json: 'json',
};

/**
 * Every fenced block has a meaning: `sh` is typed; a plain or `json` block after it is what that prints; any other
 * quotes a file. Throws for a block that is none of these, so that no block of a guide goes unchecked.
 */
export function readGuide(markdown: string): Guide {
  const steps: Step[] = [];
  const quotations: Quotation[] = [];
  for (const { line, language, words, text } of fencesOf(markdown)) {
    const file = words.find((word) => word.startsWith('file='))?.slice('file='.length);
    const format = PRINTED_FORMATS[language];
    const last = steps.at(-1);
    if (file !== undefined) quotations.push({ line, file, text });
    else if (language === 'sh') {
      steps.push({ line, commands: text, fails: words.includes('fails'), printed: undefined });
    } else if (format !== undefined && last !== undefined && last.printed === undefined) {
      steps[steps.length - 1] = { ...last, printed: { line, format, text } };
    } else
      throw new Error(`line ${line}: the block is no command, nothing that one prints, and quotes no file`);
  }
  return { steps, quotations };
}

function fencesOf(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let open: { indent: number; line: number; info: readonly string[]; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, spaces = '', info] = /^( *)```(.*)$/u.exec(line) ?? [];
    if (info === undefined) open?.lines.push(line.slice(Math.min(open.indent, line.search(/\S|$/u))));
    else if (open === undefined) {
      open = { indent: spaces.length, line: index + 1, info: info.trim().split(/\s+/u), lines: [] };
    } else {
      const [language = '', ...words] = open.info;
      fences.push({ line: open.line, language, words, text: open.lines.join('\n') });
      open = undefined;
    }
  }
  if (open !== undefined) throw new Error(`line ${open.line}: the block does not end`);
  return fences;
}
