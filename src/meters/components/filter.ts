import { z } from 'zod';
import { compileCel } from '../../pipeline/expressions/cel.ts';
import { compileConditions, conditionsSchema } from '../../pipeline/expressions/conditions.ts';
import { component, problemAt } from '../component.ts';

const config = z.union([
  z.strictObject({ expression: z.string().min(1).describe('A CEL expression of type bool') }),
  conditionsSchema,
]);

/** Lets through the rows that meet a condition; the others are counted as dropped. */
export const filter = component({
  operator: 'filter',
  kind: 'processor',
  summary: 'Lets through the rows that meet a condition; the others are counted as dropped.',
  config,
  resolve: (config, node, input) => {
    const compiled =
      'expression' in config
        ? compileCel(config.expression, input.fields)
        : compileConditions(config, input.fields);
    if ('problems' in compiled) {
      const problems = compiled.problems.map((found) => problemAt(node, found.code, found.message));
      return { fields: input.fields, problems };
    }
    if (compiled.expression.type.type !== 'boolean') {
      const message = `the expression gives ${compiled.expression.type.type}, a filter needs boolean`;
      return { fields: input.fields, problems: [problemAt(node, 'EXPRESSION_TYPE', message)] };
    }
    return {
      fields: input.fields,
      node: {
        id: node.id,
        node: 'filter',
        fields: input.fields,
        inputs: node.inputs,
        predicate: compiled.expression,
      },
      problems: [],
    };
  },
});
