import { throwIfProblems } from '../errors.ts';
import type { Problem } from '../errors.ts';
import type { Meter } from '../meters/types.ts';
import type { RunRequest } from './service.ts';

/** Checks what a request says about single sources against the meter; all problems at once. */
export function checkSources(request: RunRequest, meter: Meter): void {
  const problems: Problem[] = [];
  const about = (node: string, code: string, message: string): void => {
    problems.push({ pointer: `/sources/${node}`, code, message });
  };
  for (const [id, source] of Object.entries(request.sources)) {
    const node = meter.nodes.find((candidate) => candidate.id === id && candidate.kind === 'source');
    if (!node) {
      about(id, 'SOURCE_NOT_FOUND', `the meter has no source ${id}`);
      continue;
    }
    if (source.file !== undefined && node.operator !== 'upload') {
      about(id, 'FILE_NOT_ALLOWED', `${node.name} is no upload source: it takes no file`);
    }
    if (source.file !== undefined && request.mode !== 'batch') {
      about(id, 'FILE_NEEDS_BATCH', 'a file is ingested by a batch run');
    }
    if (source.file !== undefined && request.dryRun) {
      about(id, 'FILE_WITH_DRY_RUN', 'a dry run writes nothing, so it ingests no file');
    }
    if (source.scope !== undefined && request.mode !== 'replay') {
      about(id, 'SCOPE_NEEDS_REPLAY', 'a scope goes with a replay');
    }
  }
  if (request.mode === 'batch' && request.scope.kind !== 'all') {
    problems.push({
      pointer: '/scope',
      code: 'SCOPE_NEEDS_REPLAY',
      message: 'a batch evaluates what is not covered yet; a time frame goes with a replay',
    });
  }
  throwIfProblems(problems, 'RUN_INVALID', 'The run is not valid; see errors.');
}
