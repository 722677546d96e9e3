// Owns ORDER BY: of a statement, of an aggregate, of a window.
import { expression } from './expressions.ts';
import { isPresent, nodeOf } from './parsed-tree.ts';
import type { TreeNode } from './parsed-tree.ts';
import { costOf } from './scope.ts';
import type { Scope } from './scope.ts';
import type { Piece, Translation } from './translation.ts';

const DIRECTIONS: ReadonlyMap<unknown, string> = new Map([
  ['ORDER_DEFAULT', ''],
  ['ASCENDING', ' ASC'],
  ['DESCENDING', ' DESC'],
]);
const NULLS: ReadonlyMap<unknown, string> = new Map([
  ['ORDER_DEFAULT', ''],
  ['NULLS FIRST', ' NULLS FIRST'],
  ['NULLS LAST', ' NULLS LAST'],
]);

/** ` ORDER BY ...`, or nothing. */
export function orderSql(orders: readonly TreeNode[], scope: Scope, translation: Translation): Piece {
  const parts = orders.map((order): Piece => {
    translation.onlyMembers(order, ['null_order', 'expression']);
    const by = nodeOf(order['expression']);
    const all = by['class'] === 'STAR' && by['columns'] === true && !isPresent(by['expr']);
    const piece = all ? { sql: 'ALL', cost: 1 } : expression(by, scope, translation);
    const direction = DIRECTIONS.get(order['type']);
    const nulls = NULLS.get(order['null_order']);
    if (direction === undefined || nulls === undefined) return translation.refuse(by, 'this ORDER BY');
    return { sql: `${piece.sql}${direction}${nulls}`, cost: piece.cost };
  });
  if (parts.length === 0) return { sql: '', cost: 0 };
  return { sql: ` ORDER BY ${parts.map(({ sql }) => sql).join(', ')}`, cost: costOf(parts) };
}
