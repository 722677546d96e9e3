// Owns `*` in the list of a SELECT, with EXCLUDE and REPLACE.
import { identifierSql } from '../export-sql.ts';
import { expression } from './expressions.ts';
import { isPresent, nodeOf, nodesOf, textOf, textsOf } from './parsed-tree.ts';
import type { TreeNode } from './parsed-tree.ts';
import { costOf } from './scope.ts';
import type { Relation, Scope } from './scope.ts';
import type { Translation } from './translation.ts';

/** Whether an item is `*` or `t.*`; COLUMNS(...) is not. */
export const isStar = (node: TreeNode): boolean =>
  node['class'] === 'STAR' && node['columns'] !== true && !isPresent(node['expr']);

export function star(node: TreeNode, from: Relation, scope: Scope, translation: Translation): Relation {
  translation.onlyMembers(node, ['relation_name', 'exclude_list', 'replace_list', 'columns']);
  const table = textOf(node['relation_name']);
  const excluded = textsOf(node['exclude_list']).map(identifierSql);
  const replaced = nodesOf(node['replace_list']).map((entry) => {
    const piece = expression(nodeOf(entry['value']), scope, translation);
    return { cost: piece.cost, sql: `${piece.sql} AS ${identifierSql(textOf(entry['key']))}` };
  });
  const parts = [
    table === '' ? '*' : `${identifierSql(table)}.*`,
    excluded.length === 0 ? '' : ` EXCLUDE (${excluded.join(', ')})`,
    replaced.length === 0 ? '' : ` REPLACE (${replaced.map(({ sql }) => sql).join(', ')})`,
  ];
  return {
    sql: parts.join(''),
    cost: from.columns * from.columnCost + costOf(replaced),
    columns: from.columns,
    columnCost: Math.max(from.columnCost, ...replaced.map(({ cost }) => cost)),
  };
}
