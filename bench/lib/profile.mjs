// Owns reading a CPU profile of the server's main thread: by part of the program, and the busiest functions.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Parts of the program, told by where a function is; the first that fits counts. */
const PARTS = [
  ['waiting (engine, disk, network)', ({ functionName }) => functionName === '(idle)'],
  ['garbage collection', ({ functionName }) => functionName === '(garbage collector)'],
  [
    'door: decode, check, canonical text',
    ({ url }) => /\/dist\/server\/(?:definitions|stores|data-plane\/duckdb\/door)\//u.test(url),
  ],
  ['group commit: encode, identity, load file', ({ url }) => url.includes('/dist/server/data-plane/')],
  [
    'HTTP: framework, routes, answers',
    ({ url }) => /\/dist\/server\/http\/|\/node_modules\/@?hono/u.test(url),
  ],
  ['engine client', ({ url }) => url.includes('/node_modules/@duckdb/')],
  ["node's own JavaScript (sockets, streams, files)", ({ url }) => url.startsWith('node:')],
  ['native code called from no script', ({ functionName }) => functionName === '(program)'],
  ['other', () => true],
];

/** The name of a profile ends with the thread and a number of its own. */
const MAIN_THREAD = /\.0\.\d+\.cpuprofile$/u;

/**
 * Shares of the time between two instants of process.hrtime (microseconds), by part and by function. Native
 * functions without a file (JSON.parse, Buffer) count for the script function that called them.
 */
export function readProfile(directory, { from, to }) {
  const name = readdirSync(directory).find((file) => MAIN_THREAD.test(file));
  const { nodes, samples, timeDeltas, startTime } = JSON.parse(readFileSync(join(directory, name), 'utf8'));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const parts = new Map();
  const functions = new Map();
  let total = 0;
  let at = startTime;
  for (const [index, id] of samples.entries()) {
    at += timeDeltas[index];
    // The delta is the time since the sample before; it belongs to this sample's neighbourhood.
    if (at < from || at > to) continue;
    const micros = timeDeltas[index];
    total += micros;
    add(parts, partOf(byId, parents, id), micros);
    add(functions, frameText(byId.get(id).callFrame), micros);
  }
  return { parts: shares(parts, total), functions: shares(functions, total) };
}

function partOf(byId, parents, id) {
  let node = byId.get(id);
  while (node.callFrame.url === '' && !node.callFrame.functionName.startsWith('(')) {
    node = byId.get(parents.get(node.id));
  }
  return PARTS.find(([, fits]) => fits(node.callFrame))[0];
}

function frameText({ functionName, url, lineNumber }) {
  if (url === '') return functionName || '(native, without a name)';
  const file = url.replace(/^.*\/(?:dist\/server|node_modules)\//u, '');
  return `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
}

const add = (map, key, value) => map.set(key, (map.get(key) ?? 0) + value);

const shares = (map, total) =>
  [...map].map(([name, micros]) => ({ name, share: micros / total })).sort((a, b) => b.share - a.share);
