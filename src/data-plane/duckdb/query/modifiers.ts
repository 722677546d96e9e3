// Owns what follows a SELECT: DISTINCT, ORDER BY, LIMIT.
import { expressions } from './expressions.ts';
import { orderSql } from './order.ts';
import { isPresent, nodeOf, nodesOf, textOf } from './parsed-tree.ts';
import type { TreeNode } from './parsed-tree.ts';
import { costOf } from './scope.ts';
import type { Scope } from './scope.ts';
import type { Translation } from './translation.ts';

export interface Modifiers {
  /** `DISTINCT `, `DISTINCT ON (...) ` or nothing; follows SELECT. */
  readonly distinct: string;
  /** ` ORDER BY ... LIMIT ... OFFSET ...` */
  readonly tail: string;
  readonly cost: number;
}

export function modifiersOf(node: TreeNode, scope: Scope, translation: Translation): Modifiers {
  let distinct = '';
  let order = '';
  let limit = '';
  let cost = 0;
  for (const modifier of nodesOf(node['modifiers'])) {
    switch (modifier['type']) {
      case 'DISTINCT_MODIFIER': {
        translation.onlyMembers(modifier, ['distinct_on_targets']);
        const targets = expressions(modifier['distinct_on_targets'], scope, translation);
        const list = targets.map(({ sql }) => sql).join(', ');
        distinct = targets.length === 0 ? 'DISTINCT ' : `DISTINCT ON (${list}) `;
        cost += costOf(targets);
        break;
      }
      case 'ORDER_MODIFIER': {
        translation.onlyMembers(modifier, ['orders']);
        const piece = orderSql(nodesOf(modifier['orders']), scope, translation);
        order = piece.sql;
        cost += piece.cost;
        break;
      }
      case 'LIMIT_MODIFIER':
        limit = limitSql(modifier, translation);
        break;
      default:
        translation.refuse(modifier, textOf(modifier['type']).replace('_MODIFIER', '').replaceAll('_', ' '));
    }
  }
  return { distinct, tail: order + limit, cost };
}

function limitSql(modifier: TreeNode, translation: Translation): string {
  translation.onlyMembers(modifier, ['limit', 'offset']);
  const part = (word: string, member: 'limit' | 'offset'): string => {
    if (!isPresent(modifier[member])) return '';
    const node = nodeOf(modifier[member]);
    const { value } = nodeOf(node['value']);
    if (node['class'] === 'CONSTANT' && typeof value === 'number' && Number.isInteger(value) && value >= 0) {
      return ` ${word} ${value}`;
    }
    translation.refuse(node, `${word} with anything but a whole number`);
    return '';
  };
  return part('LIMIT', 'limit') + part('OFFSET', 'offset');
}
