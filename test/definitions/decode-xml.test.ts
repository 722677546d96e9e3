// XML bodies.
import { describe, expect, it } from 'vitest';
import { definition, decode } from './door.ts';

describe('XML', () => {
  it('reads each child of the root, from attributes and elements', async () => {
    const body = `<?xml version="1.0" encoding="UTF-8"?>
      <events>
        <event id="a" time="2026-03-05"><amount> 1.50 </amount><note>x &amp; <![CDATA[<y>]]></note></event>
        <!-- a comment -->
        <event><id>b</id><time>2026-03-05</time><amount>2</amount><note/><count>NULL</count></event>
      </events>`;
    const { rows, rejected } = await decode('xml', body, { nullText: 'NULL' });
    expect(rejected).toEqual([]);
    expect(rows.map(({ index, values }) => [index, ...values])).toEqual([
      [0, 'a', '2026-03-05T00:00:00.000000Z', '1.5', null, null, 'x & <y>', null],
      [1, 'b', '2026-03-05T00:00:00.000000Z', '2', null, null, null, null],
    ]);
  });

  it('rejects events that are not flat', async () => {
    const good = '<e id="a" time="2026-03-05" amount="1"/>';
    const bad = [
      '<e id="b"><note>x<b>y</b></note></e>',
      '<e id="c">text<amount>1</amount></e>',
      '<e id="d"><id>d</id></e>',
      '<e><time>never</time></e>',
    ];
    const { rows, rejected } = await decode('xml', `<r>${good}${bad.join('')}${good}</r>`);
    expect(rows.map(({ index }) => index)).toEqual([0, 5]);
    expect(rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'EVENT_MALFORMED'],
      [2, 'EVENT_MALFORMED'],
      [3, 'EVENT_MALFORMED'],
      [4, 'EVENT_ID_MISSING'],
    ]);
    expect(rejected[3]?.input).toBe('{"time":"never"}');
  });

  it.each([
    '',
    'text',
    '<r><e></r>',
    '<r>',
    '<r>text</r>',
    '<r><e id="a" id="b"/></r>',
    '<r><e id="&unknown;"/></r>',
    '<!DOCTYPE r [<!ENTITY x "y">]><r><e id="&x;"/></r>',
    '<r/><r/>',
  ])('%j fails as a whole', async (body) => {
    await expect(decode('xml', body)).rejects.toMatchObject({
      category: 'malformed',
      code: 'BODY_MALFORMED',
    });
  });

  it('has no events in an empty root', async () => {
    expect((await decode('xml', '<r/>')).batches).toBe(0);
  });

  it('refuses an event above the limit, finished or not', async () => {
    const options = { eventBytesMax: 1_000 };
    const start = `<r><e><note>${'x'.repeat(2_000)}`;
    for (const body of [start, `${start}</note></e></r>`]) {
      const failure = decode('xml', body, options, definition, [500, 1_500]);
      await expect(failure).rejects.toMatchObject({ category: 'too-large', code: 'EVENT_TOO_LARGE' });
    }
  });
});
