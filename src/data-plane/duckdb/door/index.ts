// Owns where the events of a request are decoded and encoded: here for a small one, in a worker thread for the
// rest, so that the main thread is free to serve. Does not own how (definitions/decode, load/).
export { Door, type DoorOptions } from './door.ts';
