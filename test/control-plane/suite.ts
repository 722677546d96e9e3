// The promises of the control-plane port, run against every adapter.
import { expect, it } from 'vitest';
import type { Actor, Collection, ControlPlane } from '../../src/control-plane/port.ts';

interface Thing {
  readonly size: number;
  readonly secret?: string;
}

const things: Collection<Thing> = { name: 'things', prefix: 'es', audited: true, secretMembers: ['secret'] };
const quiet: Collection<Thing> = { name: 'quiet', prefix: 'bf', audited: false };
const ann: Actor = { id: 'key_ann', name: 'Ann' };

/** `open` gives a plane on the same files every time it is called. */
export function controlPlaneSuite(open: () => Promise<ControlPlane>): void {
  const withPlane = async (work: (plane: ControlPlane) => Promise<void>): Promise<void> => {
    const plane = await open();
    try {
      await work(plane);
    } finally {
      await plane.close();
    }
  };
  const insert = (plane: ControlPlane, size: number, options: { name?: string; parent?: string } = {}) =>
    plane.change(ann, (change) => change.insert(things, { size }, options));

  it('keeps documents by id and by unique name', () =>
    withPlane(async (plane) => {
      const made = await insert(plane, 1, { name: 'größe' });
      expect(made.id).toMatch(/^es_[a-z2-7]{16}$/u);
      expect(await plane.get(things, made.id)).toEqual(made);
      expect(await plane.find(things, 'größe')).toEqual(made);
      expect(await plane.find(things, made.id)).toEqual(made);
      expect(await plane.get(things, 'größe')).toBeUndefined();
      expect(await plane.find(quiet, made.id)).toBeUndefined();
      await expect(
        plane.change(ann, (change) =>
          change.insert(things, { size: 2 }, { name: 'größe', nameTaken: 'THING_NAME_EXISTS' }),
        ),
      ).rejects.toMatchObject({ category: 'conflict', code: 'THING_NAME_EXISTS' });
    }));

  it('renames, and refuses a name that another document has', () =>
    withPlane(async (plane) => {
      const one = await insert(plane, 1, { name: 'one' });
      await insert(plane, 2, { name: 'two' });
      const rename = (name: string) =>
        plane.change(ann, (change) =>
          change.update(things, one.id, { size: 3 }, { name, nameTaken: 'TAKEN' }),
        );
      await expect(rename('two')).rejects.toMatchObject({ code: 'TAKEN' });
      expect(await rename('uno')).toMatchObject({ name: 'uno', body: { size: 3 }, position: one.position });
      expect(await plane.find(things, 'one')).toBeUndefined();
    }));

  it('changes all or nothing, and the next change still works', () =>
    withPlane(async (plane) => {
      const before = await plane.count(things);
      const audited = (await plane.audit({ limit: 1000 })).length;
      const failing = plane.change(ann, async (change) => {
        await change.insert(things, { size: 9 }, { name: 'half' });
        await change.nextNumber('rolled-back');
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await plane.count(things)).toBe(before);
      expect(await plane.audit({ limit: 1000 })).toHaveLength(audited);
      expect(await plane.change(ann, (change) => change.nextNumber('rolled-back'))).toBe(1);
    }));

  it('does not show what a transaction has not committed, and does not wait for it', () =>
    withPlane(async (plane) => {
      const seen = await plane.change(ann, async (change) => {
        const made = await change.insert(things, { size: 5 }, { name: 'unseen' });
        expect(await change.get(things, made.id)).toEqual(made);
        return plane.find(things, 'unseen');
      });
      expect(seen).toBeUndefined();
      expect(await plane.find(things, 'unseen')).toMatchObject({ body: { size: 5 } });
    }));

  it('lists by position, from both ends, by parent', () =>
    withPlane(async (plane) => {
      for (const size of [1, 2, 3]) await insert(plane, size, { parent: 'p' });
      const first = await plane.list(things, { limit: 2, parent: 'p' });
      expect(first.map((row) => row.body.size)).toEqual([1, 2]);
      const rest = await plane.list(things, { limit: 2, parent: 'p', after: first[1]!.position });
      expect(rest.map((row) => row.body.size)).toEqual([3]);
      const newest = await plane.list(things, { limit: 1, parent: 'p', newestFirst: true });
      const older = await plane.list(things, {
        limit: 9,
        parent: 'p',
        newestFirst: true,
        after: newest[0]!.position,
      });
      expect([...newest, ...older].map((row) => row.body.size)).toEqual([3, 2, 1]);
    }));

  it('records who changed what, without secrets and only where it is wanted', () =>
    withPlane(async (plane) => {
      const made = await plane.change(ann, async (change) => {
        await change.insert(quiet, { size: 1 }, {});
        return change.insert(things, { size: 1, secret: 'hush' }, { name: 'audited' });
      });
      await plane.change(ann, (change) => change.update(things, made.id, { size: 2, secret: 'hush' }));
      await plane.change(ann, (change) => change.remove(things, made.id));
      const entries = await plane.audit({ limit: 10, resource: made.id });
      expect(entries.map(({ action, before, after }) => ({ action, before, after }))).toEqual([
        { action: 'create', before: null, after: { name: 'audited', size: 1 } },
        { action: 'update', before: { name: 'audited', size: 1 }, after: { name: 'audited', size: 2 } },
        { action: 'delete', before: { name: 'audited', size: 2 }, after: null },
      ]);
      expect(entries[0]).toMatchObject({ actor: ann, collection: 'things', name: 'audited' });
      expect(await plane.audit({ limit: 1, newestFirst: true })).toEqual([entries[2]]);
      expect(JSON.stringify(await plane.audit({ limit: 1000 }))).not.toContain('hush');
    }));

  it('counts without repeating, in parallel and after it was opened again', async () => {
    const numbers: number[] = [];
    await withPlane(async (plane) => {
      const next = () => plane.change(ann, (change) => change.nextNumber('stores'));
      numbers.push(...(await Promise.all(Array.from({ length: 20 }, next))));
    });
    await withPlane(async (plane) => {
      numbers.push(await plane.change(ann, (change) => change.nextNumber('stores')));
    });
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, at) => at + 1));
  });

  it('never gives the position of a removed document to another', () =>
    withPlane(async (plane) => {
      const last = await insert(plane, 1);
      await plane.change(ann, (change) => change.remove(things, last.id));
      expect((await insert(plane, 2)).position).toBeGreaterThan(last.position);
      await expect(
        plane.change(ann, (change) => change.update(things, last.id, { size: 1 })),
      ).rejects.toMatchObject({ category: 'not-found' });
    }));
}
