// Owns SELECT: its clauses, its CTEs, and sets of SELECTs (UNION, EXCEPT, INTERSECT).
import { identifierSql } from '../export-sql.ts';
import { expression, expressions } from './expressions.ts';
import { isPresent, listOf, nodeOf, nodesOf, textOf, textsOf } from './parsed-tree.ts';
import type { TreeNode } from './parsed-tree.ts';
import { modifiersOf } from './modifiers.ts';
import { SELECT_COST } from './limits.ts';
import { costOf } from './scope.ts';
import type { Relation, Scope } from './scope.ts';
import { isStar, star } from './star.ts';
import { table } from './tables.ts';
import type { Piece, Translation } from './translation.ts';

const SELECT_MEMBERS = [
  'modifiers',
  'cte_map',
  'select_list',
  'from_table',
  'where_clause',
  'group_expressions',
  'group_sets',
  'aggregate_handling',
  'having',
  'qualify',
];
const SET_MEMBERS = ['modifiers', 'cte_map', 'setop_type', 'left', 'right', 'children', 'setop_all'];
const SET_WORDS = new Set(['UNION', 'EXCEPT', 'INTERSECT']);

/** A SELECT or a set of them, written anew. */
export function select(node: TreeNode, outer: Scope, translation: Translation): Relation {
  const { ctes, body } = statement(node, outer, translation);
  const prefix = ctes.length === 0 ? '' : `WITH ${ctes.join(', ')} `;
  return { ...body, sql: prefix + body.sql };
}

/** The same in its parts; the CTEs as they stand between commas. */
export function statement(
  node: TreeNode,
  outer: Scope,
  translation: Translation,
): { readonly ctes: readonly string[]; readonly body: Relation } {
  const { scope, ctes } = withCtes(node, outer, translation);
  return { ctes, body: bodyOf(node, scope, translation) };
}

function bodyOf(node: TreeNode, scope: Scope, translation: Translation): Relation {
  if (node['type'] === 'SELECT_NODE') return plainSelect(node, scope, translation);
  if (node['type'] === 'SET_OPERATION_NODE') return setOperation(node, scope, translation);
  const name = node['type'] === 'RECURSIVE_CTE_NODE' ? 'WITH RECURSIVE' : textOf(node['type']) || 'this';
  const refused = translation.refuse(node, name);
  return { ...refused, sql: `SELECT ${refused.sql}`, columns: 1, columnCost: 1 };
}

/** The scope with the CTEs of this SELECT, and their texts. A CTE costs where it is used: each use may copy it. */
function withCtes(
  node: TreeNode,
  outer: Scope,
  translation: Translation,
): { readonly scope: Scope; readonly ctes: readonly string[] } {
  const entries = nodesOf(nodeOf(node['cte_map'])['map']);
  let scope = outer;
  const ctes = entries.map((entry) => {
    const value = nodeOf(entry['value']);
    translation.onlyMembers(value, ['query', 'aliases', 'materialized']);
    const relation = select(nodeOf(nodeOf(value['query'])['node']), scope, translation);
    const sql = translation.nextCte();
    const tables = new Map(scope.tables).set(textOf(entry['key']).toLowerCase(), { ...relation, sql });
    scope = { ...scope, tables };
    const aliases = textsOf(value['aliases']);
    const list = aliases.length === 0 ? '' : `(${aliases.map(identifierSql).join(', ')})`;
    return `${sql}${list} AS (${relation.sql})`;
  });
  return { scope, ctes };
}

function plainSelect(node: TreeNode, outer: Scope, translation: Translation): Relation {
  translation.onlyMembers(node, SELECT_MEMBERS);
  const from = table(nodeOf(node['from_table']), outer, translation);
  const aliases = new Map<string, number>();
  const columnCost = Math.max(outer.columnCost, from.columnCost);
  // Filled while the list is read: an alias may be used after its place.
  const scope: Scope = { tables: outer.tables, columnCost, aliases };
  const list = nodesOf(node['select_list']).map((item) => selected(item, from, scope, aliases, translation));
  const clause = (word: string, member: string): Piece => {
    if (!isPresent(node[member])) return { sql: '', cost: 0 };
    const piece = expression(nodeOf(node[member]), scope, translation);
    return { sql: ` ${word} ${piece.sql}`, cost: piece.cost };
  };
  const where = clause('WHERE', 'where_clause');
  const groups = groupSql(node, scope, translation);
  const having = clause('HAVING', 'having');
  const qualify = clause('QUALIFY', 'qualify');
  const modifiers = modifiersOf(node, scope, translation);
  const items = list.map(({ sql }) => sql).join(', ');
  const source = from.sql === '' ? '' : ` FROM ${from.sql}`;
  return {
    sql: `SELECT ${modifiers.distinct}${items}${source}${where.sql}${groups.sql}${having.sql}${qualify.sql}${modifiers.tail}`,
    cost: SELECT_COST + from.cost + modifiers.cost + costOf([...list, where, groups, having, qualify]),
    columns: list.reduce((sum, { columns }) => sum + columns, 0),
    columnCost: Math.max(1, columnCost, ...list.map((item) => item.columnCost)),
  };
}

/** One item of the list of a SELECT; `aliases` learns its name. */
function selected(
  node: TreeNode,
  from: Relation,
  scope: Scope,
  aliases: Map<string, number>,
  translation: Translation,
): Relation {
  if (isStar(node)) return star(node, from, scope, translation);
  const piece = expression(node, scope, translation);
  const alias = textOf(node['alias']);
  if (alias === '') return { ...piece, columns: 1, columnCost: piece.cost };
  aliases.set(alias.toLowerCase(), Math.max(piece.cost, aliases.get(alias.toLowerCase()) ?? 0));
  const sql = `${piece.sql} AS ${identifierSql(alias)}`;
  return { sql, cost: piece.cost, columns: 1, columnCost: piece.cost };
}

function groupSql(node: TreeNode, scope: Scope, translation: Translation): Piece {
  if (node['aggregate_handling'] === 'FORCE_AGGREGATES') return { sql: ' GROUP BY ALL', cost: 1 };
  if (node['aggregate_handling'] !== 'STANDARD_HANDLING') translation.refuse(node, 'this GROUP BY');
  const groups = expressions(node['group_expressions'], scope, translation);
  const sets = listOf(node['group_sets']).map((set) =>
    listOf(set).map((index) => groups[Number(index)]?.sql ?? 'NULL'),
  );
  if (sets.length === 0) return { sql: '', cost: 0 };
  const cost = costOf(groups) * sets.length;
  const [only] = sets;
  if (sets.length === 1 && only!.length > 0) return { sql: ` GROUP BY ${only!.join(', ')}`, cost };
  return { sql: ` GROUP BY GROUPING SETS (${sets.map((set) => `(${set.join(', ')})`).join(', ')})`, cost };
}

function setOperation(node: TreeNode, scope: Scope, translation: Translation): Relation {
  translation.onlyMembers(node, SET_MEMBERS);
  const word = textOf(node['setop_type']);
  if (!SET_WORDS.has(word)) translation.refuse(node, word.replaceAll('_', ' '));
  const parts = (isPresent(node['left']) ? [node['left'], node['right']] : listOf(node['children'])).map(
    (part) => select(nodeOf(part), scope, translation),
  );
  const columnCost = Math.max(1, scope.columnCost, ...parts.map((part) => part.columnCost));
  const modifiers = modifiersOf(node, { ...scope, columnCost }, translation);
  if (modifiers.distinct !== '') translation.refuse(node, 'DISTINCT of a set');
  const all = node['setop_all'] === true ? ' ALL' : '';
  return {
    sql:
      parts.map(({ sql }) => `(${sql})`).join(` ${SET_WORDS.has(word) ? word : 'UNION'}${all} `) +
      modifiers.tail,
    cost: 1 + modifiers.cost + costOf(parts),
    columns: parts[0]?.columns ?? 0,
    columnCost,
  };
}
