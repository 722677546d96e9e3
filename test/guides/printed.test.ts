import { describe, expect, test } from 'vitest';
import { Ids, jsonDifference } from './printed.ts';

describe('what a command printed, against what the guide says', () => {
  test.each([
    ['1.50', '1.5', false],
    ['a\nb', 'a\nb\n', true],
    ['a\nb', 'b\na', false],
    ['a', 'a\nb', false],
    ['a  1\n  b', 'a 1\nb', true],
    ['took … s', 'took 0.31 s', true],
    ['took … s', 'took\n0.31 s', false],
    ['a\n…\nd', 'a\nb\nc\nd', true],
    ['a\n…\nd', 'a\nd', true],
    ['a\n…\nd', 'a\nb\nc', false],
    ['run_a1 of mt_m', 'run_xyz27 of mt_k3', true],
    ['run_a1', 'mt_xyz27', false],
    ['2.00000000-0000-0000-0000-000000000000', '2.8f3b1c56-9a0d-4e21-bb34-5d0c7e1f2a90', true],
    ['2.00000000-0000-0000-0000-000000000000', '3.8f3b1c56-9a0d-4e21-bb34-5d0c7e1f2a90', false],
    ['run_a1 run_a1', 'run_x run_x', true],
    ['run_a1 run_a1', 'run_x run_xy', false],
    ['(1+1)*2 [x] $y', '(1+1)*2 [x] $y', true],
  ])('%j and %j: %s', (said, printed, same) => {
    expect(new Ids().matches(said, printed)).toBe(same);
  });

  test('an id stands for one thing throughout, also in commands', () => {
    const ids = new Ids();
    expect(ids.filledIn('weir run show run_a1')).toBe('weir run show run_a1');
    expect(ids.matches('run_a1 completed', 'run_x completed')).toBe(true);
    expect(ids.filledIn('weir run show run_a1')).toBe('weir run show run_x');
    expect(ids.matches('run_a1', 'run_y')).toBe(false);
    expect(() => ids.matches('run_a2', 'run_x')).toThrow('the same thing');
  });

  test.each([
    [{ a: 1 }, { a: 1, b: 2 }, undefined],
    [{ a: '1.5' }, { a: 1.5 }, '/a'],
    [{ a: { b: [1, 2] } }, { a: { b: [1, 3] } }, '/a/b/1'],
    [[1], [1, 2], ''],
    [[1, '…'], [1, 2], undefined],
    [[1, 2, '…'], [1], ''],
    [{ a: '…' }, { a: null }, undefined],
    [{ a: '…' }, {}, '/a'],
    [{ a: null }, {}, '/a'],
    [{ a: 'run_1', b: 'run_1' }, { a: 'run_x', b: 'run_y' }, '/b'],
    [{}, [], ''],
  ])('JSON %j and %j: %s', (said, printed, place) => {
    expect(jsonDifference(new Ids(), said, printed)).toBe(place);
  });
});
