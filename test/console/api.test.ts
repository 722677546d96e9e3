import { describe, expect, test } from 'vitest';
import { findingsAt, problemFrom } from '../../console/src/api/problem.ts';

describe('problemFrom', () => {
  const body = {
    code: 'EVENT_STORE_INVALID',
    detail: 'The event store is not valid; see errors.',
    errors: [
      { pointer: '/name', code: 'NAME_INVALID', message: 'Too long.' },
      { pointer: '/fields/1/type', code: 'TYPE', message: 'Not a type.' },
      { pointer: '/fields/10/type', code: 'TYPE', message: 'Not a type either.' },
    ],
  };
  const problem = problemFrom(422, body, 'fallback');

  test('keeps code, detail and every finding', () => {
    expect(problem).toMatchObject({ status: 422, code: body.code, message: body.detail });
    expect(problem.findings).toEqual(body.errors);
  });

  test('gives findings to their fields, whole path segments only', () => {
    expect(findingsAt(problem, '/name')).toEqual(['Too long.']);
    expect(findingsAt(problem, '/fields/1')).toEqual(['Not a type.']);
    expect(findingsAt(problem, '/fields', ['/fields/1'])).toEqual(['Not a type either.']);
  });

  test('an answer that is no problem document still says what happened', () => {
    expect(problemFrom(502, undefined, 'The server answered 502')).toMatchObject({
      code: 'HTTP_502',
      message: 'The server answered 502',
    });
  });
});
