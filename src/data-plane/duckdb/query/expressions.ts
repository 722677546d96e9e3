// Owns the expressions of a query: each kind that is allowed is written anew, every other one is refused.
import { identifierSql } from '../export-sql.ts';
import { castType, constant } from './constants.ts';
import { call } from './calls.ts';
import { isPresent, listOf, nodeOf, nodesOf, textOf, textsOf } from './parsed-tree.ts';
import type { TreeNode } from './parsed-tree.ts';
import { columnCostIn, costOf } from './scope.ts';
import type { Scope } from './scope.ts';
import { subquery } from './subqueries.ts';
import type { Piece, Translation } from './translation.ts';
import { windowCall } from './windows.ts';

type Rule = (node: TreeNode, scope: Scope, translation: Translation) => Piece;

const COMPARISONS: Readonly<Record<string, string>> = {
  COMPARE_EQUAL: '=',
  COMPARE_NOTEQUAL: '<>',
  COMPARE_LESSTHAN: '<',
  COMPARE_LESSTHANOREQUALTO: '<=',
  COMPARE_GREATERTHAN: '>',
  COMPARE_GREATERTHANOREQUALTO: '>=',
  COMPARE_DISTINCT_FROM: 'IS DISTINCT FROM',
  COMPARE_NOT_DISTINCT_FROM: 'IS NOT DISTINCT FROM',
};

const OPERATORS: Readonly<Record<string, (parts: readonly string[]) => string>> = {
  OPERATOR_NOT: ([value]) => `(NOT ${value})`,
  OPERATOR_IS_NULL: ([value]) => `(${value} IS NULL)`,
  OPERATOR_IS_NOT_NULL: ([value]) => `(${value} IS NOT NULL)`,
  OPERATOR_COALESCE: (parts) => `coalesce(${parts.join(', ')})`,
  COMPARE_IN: ([value, ...set]) => `(${value} IN (${set.join(', ')}))`,
  COMPARE_NOT_IN: ([value, ...set]) => `(${value} NOT IN (${set.join(', ')}))`,
  GROUPING_FUNCTION: (parts) => `grouping(${parts.join(', ')})`,
};

/** Names that the engine takes for a call when no column has them: the user, the catalogue, the clock. */
const VALUE_FUNCTIONS = /^(?:current_\w+|session_user|user|localtime|localtimestamp)$/u;

/** The SQL operator of a comparison, as the tree names it. */
export const comparisonOf = (type: unknown): string | undefined =>
  Object.hasOwn(COMPARISONS, textOf(type)) ? COMPARISONS[textOf(type)] : undefined;

const RULES: Readonly<Record<string, Rule>> = {
  COLUMN_REF: columnReference,
  CONSTANT: (node, _scope, translation) => constant(node, translation),
  COMPARISON: comparison,
  CONJUNCTION: conjunction,
  BETWEEN: between,
  OPERATOR: operator,
  CASE: caseOf,
  CAST: cast,
  FUNCTION: call,
  WINDOW: windowCall,
  SUBQUERY: subquery,
};

export function expression(node: TreeNode, scope: Scope, translation: Translation): Piece {
  const kind = textOf(node['class']);
  const rule = Object.hasOwn(RULES, kind) ? RULES[kind] : undefined;
  return rule ? rule(node, scope, translation) : translation.refuse(node, nameOf(node, kind));
}

export const expressions = (value: unknown, scope: Scope, translation: Translation): Piece[] =>
  nodesOf(value).map((node) => expression(node, scope, translation));

const NAMES: Readonly<Record<string, string>> = {
  LAMBDA: '-> or a lambda',
  PARAMETER: 'a parameter',
  STAR: '* or COLUMNS() at this place',
  POSITIONAL_REFERENCE: '# with a number',
  COLLATE: 'COLLATE',
  DEFAULT: 'DEFAULT',
};

const nameOf = (node: TreeNode, kind: string): string =>
  NAMES[kind] ?? `an expression of type ${textOf(node['type']) || 'unknown'}`;

function columnReference(node: TreeNode, scope: Scope, translation: Translation): Piece {
  translation.onlyMembers(node, ['column_names']);
  const names = textsOf(node['column_names']);
  const name = names.at(-1);
  if (!name || names.length > 2) return translation.refuse(node, `the name ${names.join('.')}`);
  const lower = name.toLowerCase();
  const own = translation.fields.has(lower) || scope.aliases.has(lower);
  if (names.length === 1 && !own && VALUE_FUNCTIONS.test(lower)) return translation.refuse(node, name);
  translation.noteColumn(node, name);
  return { sql: names.map(identifierSql).join('.'), cost: columnCostIn(scope, name) };
}

function comparison(node: TreeNode, scope: Scope, translation: Translation): Piece {
  translation.onlyMembers(node, ['left', 'right']);
  const sign = comparisonOf(node['type']);
  if (sign === undefined) return translation.refuse(node, textOf(node['type']));
  const left = expression(nodeOf(node['left']), scope, translation);
  const right = expression(nodeOf(node['right']), scope, translation);
  return { sql: `(${left.sql} ${sign} ${right.sql})`, cost: 1 + costOf([left, right]) };
}

function conjunction(node: TreeNode, scope: Scope, translation: Translation): Piece {
  translation.onlyMembers(node, ['children']);
  const type = textOf(node['type']);
  if (type !== 'CONJUNCTION_AND' && type !== 'CONJUNCTION_OR') return translation.refuse(node, type);
  const parts = expressions(node['children'], scope, translation);
  const word = type === 'CONJUNCTION_AND' ? ' AND ' : ' OR ';
  return { sql: `(${parts.map(({ sql }) => sql).join(word)})`, cost: 1 + costOf(parts) };
}

function between(node: TreeNode, scope: Scope, translation: Translation): Piece {
  translation.onlyMembers(node, ['input', 'lower', 'upper']);
  const [input, lower, upper] = ['input', 'lower', 'upper'].map((name) =>
    expression(nodeOf(node[name]), scope, translation),
  ) as [Piece, Piece, Piece];
  const sql = `(${input.sql} BETWEEN ${lower.sql} AND ${upper.sql})`;
  return { sql, cost: 1 + costOf([input, lower, upper]) };
}

function operator(node: TreeNode, scope: Scope, translation: Translation): Piece {
  translation.onlyMembers(node, ['children']);
  const type = textOf(node['type']);
  const write = Object.hasOwn(OPERATORS, type) ? OPERATORS[type] : undefined;
  if (!write || listOf(node['children']).length === 0) {
    return translation.refuse(node, type === 'ARRAY_EXTRACT' ? 'x[y]' : `the operator ${type}`);
  }
  const parts = expressions(node['children'], scope, translation);
  return { sql: write(parts.map(({ sql }) => sql)), cost: 1 + costOf(parts) };
}

function caseOf(node: TreeNode, scope: Scope, translation: Translation): Piece {
  translation.onlyMembers(node, ['case_checks', 'else_expr']);
  const parts: Piece[] = [];
  const part = (value: unknown): string => {
    const piece = expression(nodeOf(value), scope, translation);
    parts.push(piece);
    return piece.sql;
  };
  const checks = nodesOf(node['case_checks']).map(
    (check) => `WHEN ${part(check['when_expr'])} THEN ${part(check['then_expr'])}`,
  );
  const otherwise = isPresent(node['else_expr']) ? ` ELSE ${part(node['else_expr'])}` : '';
  return { sql: `(CASE ${checks.join(' ')}${otherwise} END)`, cost: 1 + costOf(parts) };
}

function cast(node: TreeNode, scope: Scope, translation: Translation): Piece {
  translation.onlyMembers(node, ['child', 'cast_type', 'try_cast']);
  const target = nodeOf(node['cast_type']);
  const type = castType(target);
  if (type === undefined) {
    const name = textOf(nodeOf(target['type_info'])['name']) || textOf(target['id']);
    return translation.refuse(node, `a cast to ${name}`);
  }
  const child = expression(nodeOf(node['child']), scope, translation);
  const word = node['try_cast'] === true ? 'TRY_CAST' : 'CAST';
  return { sql: `${word}(${child.sql} AS ${type})`, cost: 1 + child.cost };
}
