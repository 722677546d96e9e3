// Owns window functions: aggregates and ranks OVER partitions.
import { allowedCall } from './calls.ts';
import { expression, expressions } from './expressions.ts';
import { orderSql } from './order.ts';
import { isPresent, nodeOf, nodesOf, textOf } from './parsed-tree.ts';
import type { TreeNode } from './parsed-tree.ts';
import { costOf } from './scope.ts';
import type { Scope } from './scope.ts';
import type { Piece, Translation } from './translation.ts';

const WINDOW_MEMBERS = [
  'function_name',
  'schema',
  'children',
  'partitions',
  'orders',
  'start',
  'end',
  'start_expr',
  'end_expr',
  'offset_expr',
  'default_expr',
  'ignore_nulls',
  'filter_expr',
  'exclude_clause',
  'distinct',
];

/** What a bound says, and in which unit; null says nothing of the unit. */
const BOUNDS: Readonly<Record<string, readonly [text: string, unit: 'ROWS' | 'RANGE' | null]>> = {
  UNBOUNDED_PRECEDING: ['UNBOUNDED PRECEDING', null],
  UNBOUNDED_FOLLOWING: ['UNBOUNDED FOLLOWING', null],
  CURRENT_ROW_ROWS: ['CURRENT ROW', 'ROWS'],
  CURRENT_ROW_RANGE: ['CURRENT ROW', 'RANGE'],
  EXPR_PRECEDING_ROWS: ['PRECEDING', 'ROWS'],
  EXPR_FOLLOWING_ROWS: ['FOLLOWING', 'ROWS'],
  EXPR_PRECEDING_RANGE: ['PRECEDING', 'RANGE'],
  EXPR_FOLLOWING_RANGE: ['FOLLOWING', 'RANGE'],
};

export function windowCall(node: TreeNode, scope: Scope, translation: Translation): Piece {
  translation.onlyMembers(node, WINDOW_MEMBERS);
  const name = textOf(node['function_name']).toLowerCase();
  const allowed = allowedCall(node, name, translation);
  const schema = node['schema'];
  const isOurs = !isPresent(schema) || schema === 'main';
  if (!allowed || allowed.kind === 'scalar' || !isOurs) {
    return translation.refuse(node, `${name}() OVER`);
  }
  if (node['exclude_clause'] !== 'NO_OTHER') translation.refuse(node, 'EXCLUDE in a window');
  const optional = (member: string): Piece[] =>
    isPresent(node[member]) ? [expression(nodeOf(node[member]), scope, translation)] : [];
  const inputs = [
    ...expressions(node['children'], scope, translation),
    ...optional('offset_expr'),
    ...optional('default_expr'),
  ];
  const filter = optional('filter_expr');
  const partitions = expressions(node['partitions'], scope, translation);
  const order = orderSql(nodesOf(node['orders']), scope, translation);
  const frame = frameSql(node, scope, translation);
  const list = name === 'count_star' ? '*' : inputs.map(({ sql }) => sql).join(', ');
  const call = [
    `${name === 'count_star' ? 'count' : name}(${node['distinct'] === true ? 'DISTINCT ' : ''}${list}`,
    node['ignore_nulls'] === true ? ' IGNORE NULLS)' : ')',
    ...filter.map(({ sql }) => ` FILTER (WHERE ${sql})`),
  ].join('');
  const partition =
    partitions.length === 0 ? '' : `PARTITION BY ${partitions.map(({ sql }) => sql).join(', ')}`;
  return {
    sql: `${call} OVER (${partition}${order.sql}${frame.sql})`,
    cost: 1 + order.cost + frame.cost + costOf([...inputs, ...filter, ...partitions]),
  };
}

function frameSql(node: TreeNode, scope: Scope, translation: Translation): Piece {
  const from = BOUNDS[textOf(node['start'])];
  const to = BOUNDS[textOf(node['end'])];
  if (!from || !to) return translation.refuse(node, 'this frame of a window');
  const amounts: Piece[] = [];
  const side = (text: string, amount: unknown): string => {
    if (!isPresent(amount)) return text;
    const piece = expression(nodeOf(amount), scope, translation);
    amounts.push(piece);
    return `${piece.sql} ${text}`;
  };
  // What the engine assumes without a frame; some functions take none.
  if (node['start'] === 'UNBOUNDED_PRECEDING' && node['end'] === 'CURRENT_ROW_RANGE') {
    return { sql: '', cost: 0 };
  }
  const unit = from[1] ?? to[1] ?? 'RANGE';
  const bounds = `${side(from[0], node['start_expr'])} AND ${side(to[0], node['end_expr'])}`;
  return { sql: ` ${unit} BETWEEN ${bounds}`, cost: costOf(amounts) };
}
