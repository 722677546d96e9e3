// Owns the ClickHouse engine in a process of its own: two engines in one would share allocator and threads.
// Takes statements as messages, answers with the text of the result and the milliseconds it took.
import { createRequire } from 'node:module';

const [, , packageDirectory, dataDirectory] = process.argv;
const { Session } = createRequire(import.meta.url)(packageDirectory);
const session = new Session(dataDirectory);

process.on('message', ({ sql }) => {
  const start = performance.now();
  try {
    const text = session.query(sql, 'CSV');
    process.send({ text, ms: performance.now() - start });
  } catch (error) {
    process.send({ error: error instanceof Error ? error.message : String(error) });
  }
});
process.once('disconnect', () => session.cleanup());
