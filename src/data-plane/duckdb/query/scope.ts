// Owns what names stand for at one place of a statement, and how much that is.

/** Rows that a FROM can name: a CTE, a subquery, a join. */
export interface Relation {
  readonly sql: string;
  /** Of the whole, its parts included. */
  readonly cost: number;
  readonly columns: number;
  /** The most that one of its columns stands for: the planner may copy that into every use. */
  readonly columnCost: number;
}

export interface Scope {
  /** By lower-case name: `events` and the CTEs in reach. */
  readonly tables: ReadonlyMap<string, Relation>;
  /** The most that a column of the FROM here, or around, stands for. */
  readonly columnCost: number;
  /** Aliases of this SELECT by lower-case name, and what they stand for. */
  readonly aliases: ReadonlyMap<string, number>;
}

export const costOf = (parts: readonly { readonly cost: number }[]): number =>
  parts.reduce((sum, { cost }) => sum + cost, 0);

export const columnCostIn = (scope: Scope, name: string): number =>
  Math.max(scope.columnCost, scope.aliases.get(name.toLowerCase()) ?? 1);
