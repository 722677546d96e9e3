import { openDataPlane } from '../../src/data-plane/duckdb/index.ts';
import { eventStoreSuite } from './event-store-suite.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const directory = temporaryDirectory();

eventStoreSuite(() => openDataPlane({ directory, threads: 2 }));
