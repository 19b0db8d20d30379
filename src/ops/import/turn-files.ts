import type { PageLimits } from '../../model/page/limits.ts';
import { printPage } from '../../model/page/print.ts';
import type { Redacted } from '../../model/redaction.ts';
import type { Turn } from '../../model/turn.ts';
import type { Named, ObjectWriter } from '../../store/git.ts';
import { turnPath } from '../../store/layout.ts';

const pieceSize = 32 << 20;
const piecesOver = 50 << 20;

type Changes = [path: string, blob: Named | null][];

/**
 * Writes the page of a turn, by the limits of the store's profile, and its attachments; returns their paths in the tree. `folder` is '' or that of an agent. An
 * attachment over 50 MB stands in pieces of 32 MB, `.00`, `.01`, ... (format.md 3).
 */
export async function writeTurn(writer: ObjectWriter, turn: Redacted<Turn>, limits: PageLimits | undefined, folder = ''): Promise<Changes> {
  const { page, attachments } = printPage(turn, limits, `${'../'.repeat(folder.split('/').length + 1)}attachments/`);
  const changes: Changes = [[folder + turnPath(turn.n, turn.role, turn.id), await writer.blob(Buffer.from(page))]];
  for (const { name, bytes } of attachments) {
    for (const [path, piece] of pieces(`attachments/${name}`, bytes)) changes.push([path, await writer.blob(piece)]);
  }
  return changes;
}

function pieces(path: string, bytes: Uint8Array): [path: string, piece: Uint8Array][] {
  if (bytes.length <= piecesOver) return [[path, bytes]];
  const count = Math.ceil(bytes.length / pieceSize);
  return Array.from({ length: count }, (_, k) => [
    `${path}.${String(k).padStart(2, '0')}`,
    bytes.subarray(k * pieceSize, (k + 1) * pieceSize),
  ]);
}
