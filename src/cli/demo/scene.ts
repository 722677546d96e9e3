// Owns what every act of the demo works with.
import type { WeirClient } from '../client.ts';
import type { Output } from '../output/output.ts';
import type { ExpectedTotals } from './expected.ts';
import type { SampleFiles } from './sample-files.ts';
import type { Sample } from './sample.ts';
import type { Stage } from './stage.ts';

export interface Scene {
  readonly stage: Stage;
  readonly client: WeirClient;
  /** For progress lines. */
  readonly output: Output;
  readonly sample: Sample;
  readonly files: SampleFiles;
  readonly expected: ExpectedTotals;
}
