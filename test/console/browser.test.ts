import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finishedRun, REPLAY_ALL, runMeter } from '../api.ts';
import { ADMIN_KEY } from '../server.ts';
import { serveConsole } from './served-console.ts';
import type { ServedConsole } from './served-console.ts';
import { defineEvents } from '../fixture.ts';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--disable-background-networking', '--disable-gpu'];

/** Three accounts over three days; the quantity of the last does not fit a double. */
const EVENTS = [
  { id: 'r1', at: '2026-09-01T08:00:00Z', account: 'Acme', region: 'asia', units: '1.5' },
  { id: 'r2', at: '2026-09-01T09:00:00Z', account: 'Acme', region: 'europe', units: '2.25' },
  { id: 'r3', at: '2026-09-03T09:00:00Z', account: '<b>Bold</b> & Söhne', region: 'asia', units: '10' },
  {
    id: 'r4',
    at: '2026-09-03T10:00:00.123456Z',
    account: 'Deep',
    region: 'asia',
    units: '12345678901234567890.123456',
  },
];

let served: ServedConsole;
let browser: Browser;
let page: Page;
let meter = '';
/** What the browser complained about: scripts that failed, things that the policy refused. */
const complaints: string[] = [];

async function prepare({ api }: ServedConsole): Promise<void> {
  await defineEvents(api, 'request', {
    account: { type: 'string', required: true },
    region: { type: 'string', required: true },
    units: { type: 'decimal', scale: 6, required: true },
  });
  await api.post('/v1/event-stores', { name: 'requests', eventDefinition: 'request' });
  await api.post('/v1/event-stores/requests/events', EVENTS);
  const made = await api.post<{ id: string }>('/v1/meters', {
    name: 'units-per-month',
    type: 'sum',
    source: { operator: 'event-store', config: { store: 'requests' } },
    quantityField: 'units',
    groupBy: ['account'],
    window: { unit: 'month' },
    usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'unit' } },
  });
  meter = made.id;
}

/** The texts of a table's row, found by one of its cells. */
const rowOf = (text: string) => page.getByRole('row').filter({ hasText: text });
const open = (path: string) => page.goto(`${served.url}${path}`);

describe.skipIf(!existsSync(CHROMIUM))('the console in a browser', () => {
  beforeAll(async () => {
    served = await serveConsole();
    await prepare(served);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(10_000);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // A failed request is also reported by the browser; tests that cause one look at the page for it.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load'))
        complaints.push(message.text());
    });
  });
  afterAll(async () => {
    await browser?.close();
    await served?.close();
  });

  it('asks for a key, refuses a wrong one and stays where it was asked for', async () => {
    await open('/meters');
    await page.getByLabel('API key').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('UNAUTHORISED').waitFor();
    await page.getByLabel('API key').fill(ADMIN_KEY);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'units-per-month' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/meters');
  });

  it('takes the key from a link and removes it from the address', async () => {
    const other = await browser.newPage();
    await other.goto(`${served.url}/stores#key=${encodeURIComponent(ADMIN_KEY)}`);
    await other.getByRole('link', { name: 'requests', exact: true }).waitFor();
    expect(other.url()).toBe(`${served.url}/stores`);
    await other.close();
  });

  it('shows a store: figures, histogram by group, events and the history of one', async () => {
    await served.api.post('/v1/event-stores/requests/events', { ...EVENTS[1], units: '2.5' });
    await open('/stores/requests');
    await page.getByText('in use').waitFor();
    await page.getByLabel('Time per bar').selectOption('day');
    await page.getByLabel('Group by').selectOption('region');
    await page.getByRole('listitem').filter({ hasText: 'europe' }).waitFor();
    // Asia on two days, Europe on one; the day between is a gap.
    await expect.poll(() => page.locator('svg[role=application] rect').count()).toBe(3);
    await rowOf('r2').getByRole('button').click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('Replaced').waitFor();
    await drawer.getByText('units: 2.25 2.5').last().waitFor();
    await page.keyboard.press('Escape');
  });

  it('narrows to the time frame that is marked with the keyboard', async () => {
    await open('/stores/requests?bucket=day');
    const chart = page.getByRole('application');
    await chart.focus();
    for (const key of ['ArrowRight', 'Enter']) await page.keyboard.press(key);
    await rowOf('r3').waitFor({ state: 'detached' });
    await rowOf('r1').waitFor();
    // The header, and the two events of the first day.
    expect(await page.getByRole('row').count()).toBe(3);
    await page.getByRole('button', { name: 'All time' }).click();
    await rowOf('r3').waitFor();
  });

  it('previews and starts a run, and follows it to its end', async () => {
    await open(`/meters/${meter}`);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('radio', { name: /Time frame/ }).click();
    await page.getByLabel('Start date').fill('2026-09-01');
    await page.getByLabel('End date').fill('2026-09-30');
    await page.getByRole('button', { name: 'Preview' }).click();
    const preview = page.getByRole('region', { name: 'Totals per account, before and after' });
    await preview.getByText('+12,345,678,901,234,567,890.123456').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    // The dialog is gone, the result is counted, and the drawing has the rows of each component.
    await page.getByText('1 of 1 slice').waitFor();
    await page.getByRole('button', { name: /^Sum aggregate.*3 out$/ }).waitFor();
    const runs = await served.api.get<{ items: { id: string; dryRun: boolean }[] }>(
      `/v1/runs?meter=${meter}`,
    );
    const started = runs.items.find(({ dryRun }) => !dryRun);
    expect((await finishedRun(served.api, started?.id ?? '')).result['inserted']).toBe(3);
  });

  it('shows usage records exactly, with their revisions and the events behind them', async () => {
    await open('/usage');
    await rowOf('Deep').getByText('12,345,678,901,234,567,890.123456').waitFor();
    await rowOf('<b>Bold</b> & Söhne').waitFor();
    await rowOf('Acme').getByRole('button').click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('revision 1').waitFor();
    await drawer.getByRole('link', { name: 'r1' }).waitFor();
    // From the figure to the event, and from the event back to the figure.
    await drawer.getByRole('link', { name: 'r2' }).click();
    await drawer.getByText('Counts in').getByRole('link').click();
    await drawer.getByText('revision 1').waitFor();
    await page.keyboard.press('Escape');
  });

  const drop = (text: string, name = 'ids.csv') =>
    page
      .getByRole('dialog')
      .locator('input[type=file]')
      .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
  const newBackfill = async (kind: string) => {
    await open('/stores/requests?tab=backfills');
    await page.getByRole('button', { name: 'New backfill' }).click();
    await page.getByRole('dialog').getByLabel(kind).check();
  };
  const confirmed = async (button: string) => {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: button }).click();
    await dialog.getByText('completed').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  };

  it('deletes events by a file: refuses a wrong one, previews, confirms, brings usage up to date', async () => {
    await runMeter(served.api, meter, REPLAY_ALL);
    await newBackfill('Delete events by id');
    const dialog = page.getByRole('dialog');
    await drop('wrong\nr1\n');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('BACKFILL_HEADER_MISMATCH').waitFor();
    await drop('id\nr1\nnowhere\n');
    await dialog.getByLabel('Why').fill('sent by a broken probe');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await dialog.getByText('nowhere').waitFor();
    await confirmed('Delete 1 event');
    await open('/usage?account=Acme');
    await rowOf('Acme').getByText('2.5').waitFor();
  });

  it('answers a question in SQL exactly, and says where a wrong one is wrong', async () => {
    await open('/stores/requests?tab=query');
    const editor = page.getByRole('textbox', { name: 'SQL' });
    await editor.fill(
      'SELECT region,\n  sum(units) AS units, avg(units) AS mean\nFROM events GROUP BY region ORDER BY ALL',
    );
    await editor.press('Control+Enter');
    const answer = page.getByRole('region', { name: 'Answer of the query' });
    await answer.getByText('12,345,678,901,234,567,900.123456').waitFor();
    await answer.getByRole('columnheader', { name: 'mean ≈' }).waitFor();
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'CSV' }).click();
    expect((await saving).suggestedFilename()).toBe('requests query.csv');
    await editor.fill("SELECT *\nFROM read_csv('x'), ev_1");
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('the table function read_csv() is not allowed at line 2, column 6.').waitFor();
    await alert
      .getByText('the table "ev_1" (there is only "events") is not allowed at line 2, column 21.')
      .waitFor();
    await page.getByRole('button', { name: 'Totals by account' }).click();
    await answer.getByText('<b>Bold</b> & Söhne').waitFor();
  });

  it('takes a backfill back, and the usage with it', async () => {
    await open('/stores/requests?tab=backfills');
    await rowOf('delete').click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('sent by a broken probe').waitFor();
    await drawer.getByRole('button', { name: 'Revert' }).click();
    await drawer.getByRole('button', { name: 'Revert this backfill' }).click();
    await drawer.getByText('reverted').first().waitFor();
    await open('/usage?account=Acme');
    await rowOf('Acme').getByText('4', { exact: true }).waitFor();
  });

  it('deletes by time and field, and corrects by a file', async () => {
    await newBackfill('Delete by time and field');
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByRole('button', { name: 'Preview' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Field to filter by').selectOption('id');
    await dialog.getByLabel('Value to filter by').fill('r2');
    await dialog.getByRole('button', { name: 'Filter' }).click();
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await confirmed('Delete 1 event');
    await newBackfill('Correct events');
    await drop(JSON.stringify({ ...EVENTS[2], units: '11' }), 'mended.ndjson');
    await dialog.getByRole('button', { name: 'Preview' }).click();
    await confirmed('Correct 1 event');
    await open('/usage?account=Acme');
    await rowOf('Acme').getByText('1.5', { exact: true }).waitFor();
    await open('/stores/requests');
    await rowOf('r3').getByText('11', { exact: true }).waitFor();
  });

  it('shows times in the chosen zone', async () => {
    await open('/stores/requests');
    await rowOf('r4').getByText('2026-09-03 10:00:00.123456').waitFor();
    await page.getByLabel('Time zone of the times shown').selectOption('Europe/Budapest');
    await rowOf('r4').getByText('2026-09-03 12:00:00.123456').waitFor();
    await page.getByLabel('Time zone of the times shown').selectOption('UTC');
  });

  it('shows findings of a refused form at their fields', async () => {
    await open('/stores');
    await page.getByRole('button', { name: 'New event store' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('requests');
    await dialog.getByLabel('Event definition').selectOption({ label: 'request' });
    await dialog.getByLabel('Time zone').fill('Nowhere/Land');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await dialog.getByText("'Nowhere/Land' is not a known time zone.").first().waitFor();
    expect(await dialog.getByLabel('Time zone').getAttribute('aria-invalid')).toBe('true');
    await page.keyboard.press('Escape');
  });

  it('makes an API key, shows it once, and revokes it', async () => {
    await open('/stores');
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await page.getByRole('button', { name: 'New API key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('probe');
    await dialog.getByLabel('Role').selectOption('runner');
    await dialog.getByRole('button', { name: 'Create' }).click();
    const key = (await dialog.getByText(/^weir_/).textContent())!;
    await dialog.getByRole('button', { name: 'Copy' }).waitFor();
    await dialog.getByRole('button', { name: 'Done' }).click();
    await rowOf('probe').getByText('never').waitFor();
    await rowOf('probe')
      .getByText(`${key.slice(0, 13)}…`)
      .waitFor();
    expect(await page.content()).not.toContain(key);
    const status = async () => (await served.api.weir.call('GET', '/v1/meters', undefined, { key })).status;
    expect(await status()).toBe(200);
    await rowOf('probe').getByRole('button', { name: 'Revoke probe' }).click();
    await dialog.getByRole('button', { name: 'Revoke the key' }).click();
    await rowOf('probe').waitFor({ state: 'detached' });
    expect(await status()).toBe(401);
    await rowOf('WEIR_ADMIN_KEY').getByRole('button').click();
    await dialog.getByRole('button', { name: 'Revoke the key' }).click();
    await dialog.getByText('API_KEY_LAST_ADMIN').waitFor();
    await page.keyboard.press('Escape');
  });

  it('does not offer to delete an inbox, and says why', async () => {
    const { inboxes } = await served.api.post<{ inboxes: Record<string, string> }>('/v1/meters', {
      name: 'streamed',
      type: 'direct',
      source: { operator: 'streaming-api', config: { eventDefinition: 'request' } },
      quantityField: 'units',
      usage: { accountNumber: { field: 'account' }, unitOfMeasure: { constant: 'unit' } },
    });
    await open(`/stores/${inboxes['source']}`);
    const button = page.getByRole('button', { name: 'Delete' });
    await button.waitFor();
    expect(await button.isDisabled()).toBe(true);
    expect(await button.getAttribute('title')).toContain('the inbox of the meter streamed');
    await open('/stores/requests');
    await button.waitFor();
    expect(await button.isDisabled()).toBe(false);
  });

  it('had nothing to complain about: no failed script, nothing that its policy refused', () => {
    expect(complaints).toEqual([]);
  });
});
