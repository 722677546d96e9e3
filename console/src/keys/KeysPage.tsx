import { Plus } from 'lucide-react';
import { useState } from 'react';
import { keysQuery } from '../api/keys.ts';
import { useList } from '../api/pages.ts';
import type { ApiKey } from '../api/types.ts';
import { Button } from '../ui/Button.tsx';
import { EmptyState } from '../ui/EmptyState.tsx';
import { Instant } from '../ui/Instant.tsx';
import { ListTable } from '../ui/ListTable.tsx';
import { PageHeader } from '../ui/PageHeader.tsx';
import { Panel } from '../ui/Panel.tsx';
import type { Column } from '../ui/Table.tsx';
import { CreateKeyDialog } from './CreateKeyDialog.tsx';
import { RevokeKeyDialog } from './RevokeKeyDialog.tsx';

const columnsOf = (revoke: (key: ApiKey) => void): readonly Column<ApiKey>[] => [
  {
    id: 'name',
    header: 'Name',
    cell: ({ id, name, prefix }) => (
      <>
        <p className="font-medium">{name ?? id}</p>
        {prefix !== null && <p className="font-mono text-xs text-ink-faint">{prefix}…</p>}
      </>
    ),
  },
  { id: 'role', header: 'Role', cell: ({ role }) => role },
  { id: 'created', header: 'Created', cell: ({ createdAt }) => <Instant toSecond at={createdAt} /> },
  {
    id: 'used',
    header: 'Last used',
    cell: ({ lastUsedAt }) =>
      lastUsedAt === null ? (
        <span className="text-ink-faint">never</span>
      ) : (
        <Instant toSecond at={lastUsedAt} />
      ),
  },
  {
    id: 'revoke',
    header: '',
    cell: (key) => (
      <Button look="quiet" aria-label={`Revoke ${key.name ?? key.id}`} onClick={() => revoke(key)}>
        Revoke
      </Button>
    ),
  },
];

export function KeysPage() {
  const keys = useList(keysQuery(), { refetchInterval: 10_000 });
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<ApiKey>();
  const create = (
    <Button look="primary" icon={<Plus className="size-4" />} onClick={() => setCreating(true)}>
      New API key
    </Button>
  );
  return (
    <>
      <PageHeader title="API keys" actions={create}>
        Who may call this server. A viewer reads; a runner also writes events and starts runs; an admin may do
        everything.
      </PageHeader>
      <Panel flush>
        <ListTable
          label="API keys"
          list={keys}
          columns={columnsOf(setRevoking)}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title="No API key" action={create} command="weir key create NAME --role viewer">
              Programs and people call the server with a key each, so that one can be revoked alone.
            </EmptyState>
          }
        />
      </Panel>
      {creating && <CreateKeyDialog onClose={() => setCreating(false)} />}
      {revoking && <RevokeKeyDialog apiKey={revoking} onClose={() => setRevoking(undefined)} />}
    </>
  );
}
