// Owns calls of functions and operators, aggregates among them.
import { literalText } from './constants.ts';
import { expression, expressions } from './expressions.ts';
import { ALLOWED_FUNCTIONS, ALLOWED_OPERATORS } from './functions.ts';
import type { AllowedFunction } from './functions.ts';
import { QUERY_COST_MAX } from './limits.ts';
import { orderSql } from './order.ts';
import { isPresent, nodeOf, nodesOf, textOf } from './parsed-tree.ts';
import type { TreeNode } from './parsed-tree.ts';
import { LIKE_OPERATORS, isSmallPattern, likeSql } from './patterns.ts';
import { costOf } from './scope.ts';
import type { Scope } from './scope.ts';
import { madeTextSql } from './text-guard.ts';
import type { Piece, Translation } from './translation.ts';

const CALL_MEMBERS = [
  'function_name',
  'schema',
  'children',
  'filter',
  'order_bys',
  'distinct',
  'is_operator',
];

/** A pattern or format longer than this says nothing that people wrote. */
const FORMAT_LENGTH_MAX = 100;
/** As many as concat() takes. Planning the guard of 300 took more than a second. */
const JOINED_TEXTS_MAX = 20;

export function call(node: TreeNode, scope: Scope, translation: Translation): Piece {
  translation.onlyMembers(node, CALL_MEMBERS);
  const name = textOf(node['function_name']).toLowerCase();
  const schema = node['schema'];
  if (isPresent(schema) && schema !== 'main') return translation.refuse(node, `${textOf(schema)}.${name}()`);
  if (node['is_operator'] === true) return operatorCall(node, name, scope, translation);
  const allowed = allowedCall(node, name, translation);
  if (!allowed) return translation.refuse(node, `the function ${name}()`);
  if (allowed.kind === 'window') return translation.refuse(node, `${name}() without OVER`);
  const parts = expressions(node['children'], scope, translation);
  if (name === 'concat' || name === 'replace') return madeText(name, parts, translation);
  if (name === 'count_star') parts.push({ sql: '*', cost: 0 });
  const filter = isPresent(node['filter'])
    ? expression(nodeOf(node['filter']), scope, translation)
    : undefined;
  const order = orderSql(nodesOf(nodeOf(node['order_bys'])['orders']), scope, translation);
  const isScalar = allowed.kind === 'scalar';
  if (isScalar && (filter || order.sql !== '' || node['distinct'] === true)) {
    return translation.refuse(node, `FILTER, ORDER BY or DISTINCT in ${name}()`);
  }
  const distinct = node['distinct'] === true ? 'DISTINCT ' : '';
  const list = parts.map(({ sql }) => sql).join(', ');
  const filtered = filter ? ` FILTER (WHERE ${filter.sql})` : '';
  const engineName = name === 'count_star' ? 'count' : name;
  return {
    sql: `${engineName}(${distinct}${list}${order.sql})${filtered}`,
    cost: 1 + order.cost + (filter?.cost ?? 0) + costOf(parts),
  };
}

/** The rule of a function if it is allowed with these arguments; what is wrong with those is refused here. */
export function allowedCall(
  node: TreeNode,
  name: string,
  translation: Translation,
): AllowedFunction | undefined {
  const allowed = ALLOWED_FUNCTIONS.get(name);
  if (!allowed) return undefined;
  const children = nodesOf(node['children']);
  const given =
    children.length + ['offset_expr', 'default_expr'].filter((key) => isPresent(node[key])).length;
  if (given < allowed.min || given > allowed.max) {
    translation.refuse(node, `${name}() with ${given} arguments`);
  }
  if (allowed.literal !== undefined && !isLiteral(name, children[allowed.literal])) {
    translation.refuse(
      node,
      `${name}() with anything but a short literal as argument ${allowed.literal + 1}`,
    );
  }
  return allowed;
}

function isLiteral(name: string, node: TreeNode | undefined): boolean {
  if (name === 'quantile_disc') return node?.['class'] === 'CONSTANT';
  const text = literalText(node);
  if (text === undefined) return false;
  return name === 'strftime' ? text.length <= FORMAT_LENGTH_MAX : isSmallPattern(text);
}

function operatorCall(node: TreeNode, name: string, scope: Scope, translation: Translation): Piece {
  const children = nodesOf(node['children']);
  const like = LIKE_OPERATORS.get(name);
  if (like) {
    const pattern = literalText(children[1]);
    if (pattern === undefined || pattern.length > FORMAT_LENGTH_MAX) {
      return translation.refuse(node, 'LIKE with anything but a short literal');
    }
    const input = expression(children[0]!, scope, translation);
    return { sql: likeSql(input.sql, pattern, like), cost: 1 + input.cost };
  }
  if (name === '||') {
    const texts = joined(node);
    if (texts.length > JOINED_TEXTS_MAX) {
      return translation.refuse(node, `|| of more than ${JOINED_TEXTS_MAX} texts`);
    }
    return madeText('||', expressions(texts, scope, translation), translation);
  }
  const fits = children.length === 2 || (children.length === 1 && (name === '-' || name === '+'));
  if (!ALLOWED_OPERATORS.has(name) || !fits) return translation.refuse(node, `the operator ${name}`);
  const parts = expressions(children, scope, translation);
  const [left, right] = parts.map(({ sql }) => sql);
  const sql = right === undefined ? `(${name} ${left})` : `(${left} ${name} ${right})`;
  return { sql, cost: 1 + costOf(parts) };
}

/** The operands of a chain of `||`: one guard for all of them, since a guard names each of its operands twice. */
function joined(node: TreeNode): TreeNode[] {
  const isJoin = node['function_name'] === '||' && node['is_operator'] === true;
  return isJoin ? nodesOf(node['children']).flatMap(joined) : [node];
}

function madeText(name: string, parts: readonly Piece[], translation: Translation): Piece {
  translation.noteTextCall();
  const cost = 1 + 2 * costOf(parts);
  // Refused in the end; nested guards would double the text of the statement until then.
  if (cost > QUERY_COST_MAX) return { sql: 'NULL', cost };
  const sql = madeTextSql(
    name,
    parts.map((part) => part.sql),
  );
  return { sql, cost };
}
