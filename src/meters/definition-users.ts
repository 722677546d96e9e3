import type { ControlReader } from '../control-plane/port.ts';
import { METERS_MAX, meters, meterVersions, versionName } from './catalogue.ts';
import type { MeterNode } from './types.ts';

/**
 * The meters that name an event definition in a source, in their latest or active version: for messages. They
 * may name it by its id or by its name, and no store need have been made of it yet.
 */
export async function metersNaming(
  reader: ControlReader,
  definition: { readonly id: string; readonly name: string },
): Promise<string[]> {
  const names = (node: MeterNode): boolean => {
    const { eventDefinition } = node.config;
    return eventDefinition === definition.id || eventDefinition === definition.name;
  };
  const found: string[] = [];
  for (const { id, name, body } of await reader.list(meters, { limit: METERS_MAX })) {
    const { activeVersion, version, nodes } = body;
    const isOther = activeVersion !== undefined && activeVersion !== version;
    const active = isOther ? await reader.find(meterVersions, versionName(id, activeVersion)) : undefined;
    if ([...nodes, ...(active?.body.nodes ?? [])].some(names)) found.push(`the meter '${name ?? id}'`);
  }
  return found;
}
