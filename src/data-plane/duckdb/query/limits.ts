// Owns the bounds of queries. What the engine can stop by itself is bounded by time and memory while it runs;
// what it cannot stop (parsing, planning, one function call) is bounded here, before it begins.

export const QUERY_BYTES_MAX = 32 * 1024;

/**
 * Nodes of the statement once names stand for what they name: the planner copies an alias into every place that
 * uses it, so that 18 columns each adding the one before to itself made it work for 34 s, deaf to interrupts.
 * It takes about 65 us per node.
 */
export const QUERY_COST_MAX = 10_000;
/** What a table counts for, so that a statement has at most 20, those inside of the CTEs it repeats included. */
export const TABLE_COST = 500;
/** What a SELECT counts for by itself. */
export const SELECT_COST = 20;

/**
 * What a function may make of its texts. The engine computes 2,048 rows before it looks up, outside of the memory
 * it counts: doubling a text 20 times would otherwise end the process.
 */
export const MADE_TEXT_BYTES_MAX = 8 * 1024;
/** Calls of such functions in a statement: each keeps 2,048 texts per thread. */
export const TEXT_CALLS_MAX = 32;

/** Length of a pattern times what its repetitions ask for; the program of a pattern grows by that. */
export const PATTERN_SIZE_MAX = 5_000;

export const QUERY_MS_MAX = 10_000;
export const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
/** Bytes that a query may put on disk when it does not fit into memory. */
export const SPILL_BYTES_MAX = 2 * 1024 ** 3;
