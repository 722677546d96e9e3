// Owns the entry of the server.
import { endWith, runServer } from './run-server.ts';

runServer(process.env).catch(endWith);
