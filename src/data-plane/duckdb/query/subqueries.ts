// Owns subqueries inside of expressions: a value, EXISTS, IN and ANY.
import { comparisonOf, expression } from './expressions.ts';
import { nodeOf, textOf } from './parsed-tree.ts';
import type { TreeNode } from './parsed-tree.ts';
import type { Scope } from './scope.ts';
import { select } from './selects.ts';
import type { Piece, Translation } from './translation.ts';

export function subquery(node: TreeNode, scope: Scope, translation: Translation): Piece {
  translation.onlyMembers(node, ['subquery_type', 'subquery', 'child', 'comparison_type']);
  const { sql, cost } = select(nodeOf(nodeOf(node['subquery'])['node']), scope, translation);
  switch (node['subquery_type']) {
    case 'SCALAR':
      return { sql: `(${sql})`, cost: 1 + cost };
    case 'EXISTS':
      return { sql: `(EXISTS (${sql}))`, cost: 1 + cost };
    case 'NOT_EXISTS':
      return { sql: `(NOT EXISTS (${sql}))`, cost: 1 + cost };
    case 'ANY': {
      const sign = comparisonOf(node['comparison_type']);
      if (sign === undefined || sign.startsWith('IS ')) {
        return translation.refuse(node, textOf(node['comparison_type']));
      }
      const child = expression(nodeOf(node['child']), scope, translation);
      return { sql: `(${child.sql} ${sign} ANY (${sql}))`, cost: 1 + cost + child.cost };
    }
    default:
      return translation.refuse(node, `a subquery of type ${textOf(node['subquery_type'])}`);
  }
}
