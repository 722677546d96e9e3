import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { definitionQuery } from '../api/definitions.ts';
import type { Meter } from '../api/types.ts';
import { writeCommand } from '../stores/writeCommand.ts';
import { CopyLine } from '../ui/CopyLine.tsx';
import { Panel } from '../ui/Panel.tsx';

/** Where a meter with a streaming source takes events, and how to send one. */
export function IngestPanel({ meter, url }: { readonly meter: Meter; readonly url: string }) {
  const source = meter.nodes.find(({ operator }) => operator === 'streaming-api');
  const inbox = source && meter.inboxes[source.id];
  const { eventDefinition } = source?.config ?? {};
  const definition = useQuery({
    ...definitionQuery(String(eventDefinition)),
    enabled: eventDefinition !== undefined,
  });
  return (
    <Panel title="Ingest URL">
      <div className="space-y-3">
        <p className="text-sm text-ink-soft">
          Events sent here land in{' '}
          {inbox === undefined ? (
            'the inbox store of this meter'
          ) : (
            <Link to="/stores/$store" params={{ store: inbox }} className="text-accent hover:underline">
              the inbox store of this meter
            </Link>
          )}
          . The address stays the same in every version and under every name; a key of role runner may write.
        </p>
        <CopyLine text={url} />
        <CopyLine text={writeCommand(url, definition.data)} />
      </div>
    </Panel>
  );
}
