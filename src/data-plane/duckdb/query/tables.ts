// Owns what a query may read FROM: the table `events`, its own CTEs and subqueries, literal rows, joins of these.
import { identifierSql } from '../export-sql.ts';
import { expression, expressions } from './expressions.ts';
import { isPresent, listOf, nodeOf, textOf, textsOf } from './parsed-tree.ts';
import type { TreeNode } from './parsed-tree.ts';
import { costOf } from './scope.ts';
import type { Relation, Scope } from './scope.ts';
import { select } from './selects.ts';
import type { Translation } from './translation.ts';

type Rule = (node: TreeNode, scope: Scope, translation: Translation) => Relation;

const RULES: Readonly<Record<string, Rule>> = {
  EMPTY: () => NOTHING,
  BASE_TABLE: named,
  SUBQUERY: subselect,
  EXPRESSION_LIST: literalRows,
  JOIN: join,
};

const NOTHING: Relation = { sql: '', cost: 0, columns: 0, columnCost: 1 };

const JOIN_TYPES: Readonly<Record<string, string>> = {
  INNER: 'INNER',
  LEFT: 'LEFT',
  RIGHT: 'RIGHT',
  OUTER: 'FULL',
  SEMI: 'SEMI',
  ANTI: 'ANTI',
};

/** A FROM; its `sql` is empty where there is none. */
export function table(node: TreeNode, scope: Scope, translation: Translation): Relation {
  const type = textOf(node['type']);
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined;
  if (rule) return rule(node, scope, translation);
  const name = textOf(nodeOf(node['function'])['function_name']);
  translation.refuse(node, name === '' ? `${type} after FROM` : `the table function ${name}()`);
  return NOTHING;
}

function named(node: TreeNode, scope: Scope, translation: Translation): Relation {
  const names = [node['catalog_name'], node['schema_name'], node['table_name']].map(textOf);
  const name = names.filter((part) => part !== '').join('.');
  translation.onlyMembers(node, ['table_name', 'schema_name', 'catalog_name', 'column_name_alias']);
  const relation = scope.tables.get(name.toLowerCase());
  const isPlain = !isPresent(node['schema_name']) && !isPresent(node['catalog_name']);
  if (!relation || !isPlain) {
    translation.refuse(node, `the table "${name}" (there is only "events")`);
    return NOTHING;
  }
  return { ...relation, sql: aliased(relation.sql, node, textOf(node['alias']) || name) };
}

function subselect(node: TreeNode, scope: Scope, translation: Translation): Relation {
  translation.onlyMembers(node, ['subquery', 'column_name_alias']);
  const relation = select(nodeOf(nodeOf(node['subquery'])['node']), scope, translation);
  return { ...relation, sql: aliased(`(${relation.sql})`, node, textOf(node['alias'])) };
}

function literalRows(node: TreeNode, scope: Scope, translation: Translation): Relation {
  translation.onlyMembers(node, ['values', 'column_name_alias']);
  const rows = listOf(node['values']).map((row) => expressions(row, scope, translation));
  const sql = `(VALUES ${rows.map((row) => `(${row.map((cell) => cell.sql).join(', ')})`).join(', ')})`;
  const cost = costOf(rows.flat());
  const columns = rows[0]?.length ?? 0;
  return { sql: aliased(sql, node, textOf(node['alias'])), cost, columns, columnCost: Math.max(cost, 1) };
}

/** With its name and the names of its columns. */
function aliased(sql: string, node: TreeNode, name: string): string {
  const columns = textsOf(node['column_name_alias']);
  if (name === '') return sql;
  const list = columns.length === 0 ? '' : `(${columns.map(identifierSql).join(', ')})`;
  return `${sql} AS ${identifierSql(name)}${list}`;
}

function join(node: TreeNode, scope: Scope, translation: Translation): Relation {
  const members = ['left', 'right', 'condition', 'join_type', 'ref_type', 'using_columns'];
  translation.onlyMembers(node, members);
  const left = table(nodeOf(node['left']), scope, translation);
  // The right side may speak of the left one (LATERAL).
  const reach = { ...scope, columnCost: Math.max(scope.columnCost, left.columnCost) };
  const right = table(nodeOf(node['right']), reach, translation);
  const columnCost = Math.max(left.columnCost, right.columnCost);
  const condition = isPresent(node['condition'])
    ? expression(nodeOf(node['condition']), { ...reach, columnCost }, translation)
    : undefined;
  const words = joinWords(node, translation);
  const using = textsOf(node['using_columns']);
  const on = condition ? ` ON ${condition.sql}` : '';
  const list = using.length === 0 ? '' : ` USING (${using.map(identifierSql).join(', ')})`;
  for (const name of using) translation.noteColumn(node, name);
  return {
    sql: `(${left.sql} ${words} ${right.sql}${on}${list})`,
    cost: 1 + left.cost + right.cost + (condition?.cost ?? 0),
    columns: left.columns + right.columns,
    columnCost,
  };
}

function joinWords(node: TreeNode, translation: Translation): string {
  const type = textOf(node['join_type']);
  const kind = Object.hasOwn(JOIN_TYPES, type) ? JOIN_TYPES[type] : undefined;
  switch (kind && node['ref_type']) {
    case 'CROSS':
      return 'CROSS JOIN';
    case 'REGULAR':
      return `${kind} JOIN`;
    case 'ASOF':
      return `ASOF ${kind} JOIN`;
    default:
      translation.refuse(node, `a join of type ${textOf(node['ref_type'])} ${type}`);
      return 'CROSS JOIN';
  }
}
