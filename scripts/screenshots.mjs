// Takes the pictures of the documentation: runs the demo, opens its console in Debian's chromium, and writes
// docs/images/. Run it after a change that shows: `npm run build && node scripts/screenshots.mjs`. With --all it
// also takes the dark and the narrow looks, for a person to look at (docs/images/*-dark.png, *-narrow.png).
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'docs', 'images');
mkdirSync(folder, { recursive: true });

/** Starts the demo; resolves with the console's address when its story has been told. */
function startDemo() {
  const environment = { ...process.env, CI: '', NO_COLOR: '1' };
  const demo = spawn(process.execPath, ['dist/server/cli/weir.js', 'demo'], { cwd: root, env: environment });
  demo.stderr.pipe(process.stderr);
  let said = '';
  return new Promise((resolve, reject) => {
    demo.stdout.on('data', (text) => {
      said += text;
      const address = /(http:\/\/\S+#key=\S+)/.exec(said)?.[1];
      if (address) resolve({ demo, address });
    });
    demo.once('exit', (code) => reject(new Error(`the demo ended with ${code}:\n${said}`)));
  });
}

const { demo, address } = await startDemo();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
});
const { origin } = new URL(address);
const key = new URLSearchParams(new URL(address).hash.slice(1)).get('key');
const get = async (path) =>
  (await fetch(origin + path, { headers: { authorization: `Bearer ${key}` } })).json();
const [store] = (await get('/v1/event-stores')).items;
const [meter] = (await get('/v1/meters')).items;
const revised = (await get('/v1/usage-records?limit=1000')).items.find((record) => record.revision === 3);

const pages = [
  { name: 'stores', path: '/stores' },
  { name: 'console', path: `/stores/${store.id}?groupBy=region` },
  { name: 'meters', path: '/meters' },
  { name: 'meter', path: `/meters/${meter.id}` },
  { name: 'runs', path: '/runs' },
  { name: 'usage', path: '/usage' },
  { name: 'usage-record', path: `/usage?record=${revised?.id ?? ''}` },
];
const light = { suffix: '', colorScheme: 'light', viewport: { width: 1280, height: 800 } };
const others = [
  { suffix: '-dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { suffix: '-narrow', colorScheme: 'light', viewport: { width: 768, height: 1000 } },
];
const looks = process.argv.includes('--all') ? [light, ...others] : [light];

try {
  for (const { suffix, ...look } of looks) {
    const context = await browser.newContext(look);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') process.stderr.write(`browser: ${message.text()}\n`);
    });
    await page.goto(`${origin}/#key=${key}`);
    await page.waitForLoadState('networkidle');
    for (const { name, path } of pages) {
      await page.goto(origin + path);
      await page.waitForLoadState('networkidle');
      await page.waitForTimeout(400);
      await page.screenshot({ path: join(folder, `${name}${suffix}.png`) });
    }
    await context.close();
  }
} finally {
  await browser.close();
  demo.kill('SIGINT');
}
