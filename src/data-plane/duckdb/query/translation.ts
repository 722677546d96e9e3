// Owns what one translation of a statement gathers: everything that is refused, the names used, the text calls.
import { WeirError } from '../../../errors.ts';
import type { Problem } from '../../../errors.ts';
import { QUERY_COST_MAX, TEXT_CALLS_MAX } from './limits.ts';
import { isPresent, placeText, textOf } from './parsed-tree.ts';
import type { TreeNode } from './parsed-tree.ts';
import { queryError, queryProblem } from './query-error.ts';

/** SQL of ours for a part of the statement, and how much it is for the planner. */
export interface Piece {
  readonly sql: string;
  readonly cost: number;
}

/** What stands for a part that is refused: the statement is not run, but the rest of it is looked at. */
const REFUSED: Piece = { sql: 'NULL', cost: 1 };

/** Written in every node; says what the node is or where it stood. */
const COMMON_MEMBERS = new Set(['class', 'type', 'alias', 'query_location']);

export class Translation {
  readonly #sql: string;
  readonly #problems: Problem[] = [];
  /** Names of columns in lower case, and where each was used first. */
  readonly #columns = new Map<string, string>();
  readonly fields: ReadonlySet<string>;
  #textCalls = 0;
  #ctes = 0;

  /** `fields`: names of the columns of `events`, in lower case. */
  constructor(sql: string, fields: ReadonlySet<string>) {
    this.#sql = sql;
    this.fields = fields;
  }

  refuse(node: TreeNode, what: string): Piece {
    const place = placeText(this.#sql, node['query_location']);
    this.#problems.push(queryProblem('QUERY_NOT_ALLOWED', `${what} is not allowed${place}.`));
    return REFUSED;
  }

  /** Refuses every member of the node that says something and is not known: what a later engine may add. */
  onlyMembers(node: TreeNode, known: readonly string[]): void {
    for (const [name, value] of Object.entries(node)) {
      if (COMMON_MEMBERS.has(name) || known.includes(name) || !isPresent(value)) continue;
      this.refuse(node, `${name.replaceAll('_', ' ')} of ${textOf(node['type']) || 'a part'}`);
    }
  }

  noteColumn(node: TreeNode, name: string): void {
    const key = name.toLowerCase();
    if (!this.#columns.has(key)) this.#columns.set(key, placeText(this.#sql, node['query_location']));
  }

  mentions(name: string): boolean {
    return this.#columns.has(name);
  }

  /** Where a column is used first, as text that ends a sentence. */
  placeOfColumn(name: string): string {
    return this.#columns.get(name.toLowerCase()) ?? '';
  }

  noteTextCall(): void {
    this.#textCalls += 1;
  }

  /** A name for a CTE that no other one has: the user's own never reaches the engine as the name of a table. */
  nextCte(): string {
    this.#ctes += 1;
    return `weir_cte_${this.#ctes}`;
  }

  /** Throws everything that was refused, at once; else QUERY_TOO_COMPLEX if the whole is too much. */
  finish(cost: number): void {
    const [only, ...more] = this.#problems;
    if (only) {
      const text =
        more.length === 0 ? only.message : `${more.length + 1} parts of the query are not allowed.`;
      throw new WeirError('invalid', 'QUERY_NOT_ALLOWED', text, { problems: this.#problems });
    }
    if (this.#textCalls > TEXT_CALLS_MAX) {
      throw queryError(
        'QUERY_TOO_COMPLEX',
        `The query has ${this.#textCalls} calls of ||, concat and replace; ${TEXT_CALLS_MAX} are allowed.`,
      );
    }
    if (cost > QUERY_COST_MAX) {
      throw queryError(
        'QUERY_TOO_COMPLEX',
        'The query is too complex: it repeats too many tables, columns or expressions.',
      );
    }
  }
}
