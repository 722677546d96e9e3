import { useMutation } from '@tanstack/react-query';
import { Play, Square } from 'lucide-react';
import { useRef, useState, type KeyboardEvent } from 'react';
import { ApiProblem } from '../api/problem.ts';
import { queryStore } from '../api/stores.ts';
import type { EventDefinition, EventStore } from '../api/types.ts';
import { Button } from '../ui/Button.tsx';
import { ProblemNotice } from '../ui/ProblemNotice.tsx';
import { queryExamples } from './queryExamples.ts';
import { QueryResult } from './QueryResult.tsx';

interface QueryPanelProps {
  readonly store: EventStore;
  readonly definition: EventDefinition | undefined;
}

/** A single finding is the message already. */
const isSingle = (error: Error | null): boolean => error instanceof ApiProblem && error.findings.length < 2;

/** Asks the store by SQL: an editor, examples to start from, the answer. */
export function QueryPanel({ store, definition }: QueryPanelProps) {
  const examples = queryExamples(definition);
  const [written, setWritten] = useState<string>();
  const text = written ?? examples[0]?.sql ?? '';
  const running = useRef<AbortController>(undefined);
  const query = useMutation({
    mutationFn: async (sql: string) => {
      running.current = new AbortController();
      const started = performance.now();
      const answer = await queryStore(store.id, sql, running.current.signal);
      return { answer, millis: performance.now() - started };
    },
  });
  const run = (sql: string) => {
    if (!query.isPending && sql.trim() !== '') query.mutate(sql);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run(text);
  };
  const stopped = query.error?.name === 'AbortError';
  return (
    <div className="min-w-0">
      <div className="space-y-3 p-4">
        <textarea
          aria-label="SQL"
          spellCheck={false}
          rows={Math.min(16, Math.max(6, text.split('\n').length + 1))}
          value={text}
          onChange={(event) => setWritten(event.target.value)}
          onKeyDown={onKey}
          className="block w-full resize-y rounded-md border border-line-strong bg-surface p-3 font-mono text-sm text-ink"
        />
        <div className="flex flex-wrap items-center gap-2">
          <Button
            look="primary"
            icon={<Play className="size-4" />}
            busy={query.isPending}
            onClick={() => run(text)}
          >
            Run
          </Button>
          {query.isPending && (
            <Button icon={<Square className="size-4" />} onClick={() => running.current?.abort()}>
              Stop
            </Button>
          )}
          <span className="mr-auto text-xs text-ink-faint">
            Ctrl + Enter · one SELECT over the table events
          </span>
          <span className="text-xs text-ink-faint">Examples</span>
          {examples.map(({ title, sql }) => (
            <Button
              key={title}
              look="quiet"
              onClick={() => {
                setWritten(sql);
                run(sql);
              }}
            >
              {title}
            </Button>
          ))}
        </div>
        {stopped ? (
          <p role="status" className="text-sm text-ink-soft">
            Stopped.
          </p>
        ) : (
          <ProblemNotice error={query.error} claimed={isSingle(query.error) ? ['/sql'] : []} />
        )}
      </div>
      {query.data && (
        <QueryResult
          answer={query.data.answer}
          millis={query.data.millis}
          fileName={`${store.name} query.csv`}
        />
      )}
    </div>
  );
}
