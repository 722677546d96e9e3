// Owns calls of the server over HTTP: kept connections, bodies sent as they are, failures as errors.
import { createReadStream, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { ADMIN_KEY } from './server.mjs';

const POLL_MS = 10;

/** A client with at most this many connections. */
export function openClient(url, connections = 1) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });

  const send = (method, path, headers, write) =>
    new Promise((resolve, reject) => {
      const options = { agent, method, headers: { ...headers, authorization: `Bearer ${ADMIN_KEY}` } };
      const call = request(url + path, options, (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          if (answer.statusCode < 300) resolve(text === '' ? undefined : JSON.parse(text));
          else reject(failure(`${method} ${path}: ${answer.statusCode} ${text}`, answer));
        });
      });
      call.once('error', reject);
      write(call);
    });

  const client = {
    get: (path) => send('GET', path, {}, (call) => call.end()),
    remove: (path) => send('DELETE', path, {}, (call) => call.end()),
    post: (path, body) => client.postBytes(path, 'application/json', Buffer.from(JSON.stringify(body))),
    postBytes: (path, type, bytes) =>
      send('POST', path, { 'content-type': type, 'content-length': bytes.length }, (call) => call.end(bytes)),
    putFile: (path, file) => {
      const headers = { 'content-type': 'application/octet-stream', 'content-length': statSync(file).size };
      return send('PUT', path, headers, (call) => {
        pipeline(createReadStream(file), call).catch((error) => call.destroy(error));
      });
    },
    /** Gets a resource until its status is final, and expects that it completed. */
    whenCompleted: async (path) => {
      for (;;) {
        const resource = await client.get(path);
        if (resource.status === 'completed') return resource;
        if (['failed', 'canceled'].includes(resource.status)) throw new Error(JSON.stringify(resource));
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    close: () => agent.destroy(),
  };
  return client;
}

/** An answer that is no success, with what tells when to come again. */
function failure(text, { statusCode, headers }) {
  return Object.assign(new Error(text), {
    status: statusCode,
    retryAfterMs: Number(headers['retry-after'] ?? 0) * 1_000,
  });
}
