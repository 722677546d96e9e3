import type { ReconcileCounts } from '../data-plane/pipeline-port.ts';

export const NO_COUNTS: ReconcileCounts = {
  inserted: 0,
  revised: 0,
  retracted: 0,
  unchanged: 0,
  frozen: 0,
  pinned: 0,
};

export const addCounts = (left: ReconcileCounts, right: ReconcileCounts): ReconcileCounts => ({
  inserted: left.inserted + right.inserted,
  revised: left.revised + right.revised,
  retracted: left.retracted + right.retracted,
  unchanged: left.unchanged + right.unchanged,
  frozen: left.frozen + right.frozen,
  pinned: left.pinned + right.pinned,
});
