// Owns uploaded files: a name in the catalogue, bytes under an id in the data plane.
import type { Actor, Collection, ControlPlane, Stored } from '../control-plane/port.ts';
import { newId } from '../control-plane/ids.ts';
import { nameProblems } from '../control-plane/names.ts';
import type { FilePort } from '../data-plane/file-port.ts';
import { WeirError, throwIfProblems } from '../errors.ts';

export interface FileBody {
  readonly bytes: number;
  readonly contentType: string;
}

export const uploadedFiles: Collection<FileBody> = { name: 'files', prefix: 'fl', audited: true };

const SCAN = 1_000;

export class FileService {
  readonly #control: ControlPlane;
  readonly #files: FilePort;

  constructor(control: ControlPlane, files: FilePort) {
    this.#control = control;
    this.#files = files;
  }

  /** Keeps the bytes under this name; a file of the same name is replaced. */
  async put(
    actor: Actor,
    name: string,
    contentType: string,
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<Stored<FileBody>> {
    throwIfProblems(nameProblems(name, '/path/name'), 'REQUEST_INVALID', 'The file is not valid.');
    const id = newId(uploadedFiles.prefix);
    const written = await this.#files.write(id, bytes);
    const { stored, replaced } = await this.#control.change(actor, async (change) => {
      const former = await change.find(uploadedFiles, name);
      if (former) await change.remove(uploadedFiles, former.id);
      const body = { bytes: written.bytes, contentType };
      return { stored: await change.insert(uploadedFiles, body, { id, name }), replaced: former };
    });
    if (replaced) await this.#files.remove(replaced.id);
    return stored;
  }

  /** By id or name; throws `FILE_NOT_FOUND`. */
  async get(idOrName: string): Promise<Stored<FileBody>> {
    const stored = await this.#control.find(uploadedFiles, idOrName);
    if (stored) return stored;
    throw new WeirError('not-found', 'FILE_NOT_FOUND', `There is no file '${idOrName}'.`);
  }

  async read(idOrName: string): Promise<AsyncIterable<Uint8Array>> {
    return this.#files.read((await this.get(idOrName)).id);
  }

  async remove(actor: Actor, idOrName: string): Promise<void> {
    const { id } = await this.get(idOrName);
    await this.#control.change(actor, (change) => change.remove(uploadedFiles, id));
    await this.#files.remove(id);
  }

  /** Removes bytes that no name leads to: an upload or a removal that a crash cut in two. At start. */
  async sweep(): Promise<void> {
    const known = new Set<string>();
    for (let after = 0; ;) {
      const files = await this.#control.list(uploadedFiles, { limit: SCAN, after });
      for (const file of files) known.add(file.id);
      if (files.length < SCAN) break;
      after = files.at(-1)!.position;
    }
    for (const id of await this.#files.list()) if (!known.has(id)) await this.#files.remove(id);
  }
}
