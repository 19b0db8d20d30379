import { fail } from '../../errors.ts';
import type { Entry } from '../../store/entry.ts';
import { branchRef, rawRef } from '../../store/layout.ts';
import { openTransport } from '../../store/remote/transport.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { readRemotes } from '../remote/settings.ts';
import { agree } from './agree.ts';
import { progressOf } from './fetch.ts';

/** Fetches a conversation of which only the card is here, by what the card says of its branches. Throws `not-fetched` where no remote keeps it. */
export async function bring(context: Context, store: Store, { tool, id, branches }: Entry): Promise<void> {
  const remote = (await readRemotes(context)).find(({ lazy }) => lazy);
  if (!remote) throw fail('not-fetched', { id });
  const transport = await openTransport(context.host, store, remote);
  try {
    const wants = branches.map(({ name, tip }) => ({ ref: branchRef(tool, id, name), oid: tip }));
    const raw = rawRef(tool, id);
    const records = remote.raw ? (await transport.refs([raw])).get(raw) : undefined;
    if (records) wants.push({ ref: raw, oid: records });
    const { refused } = await transport.fetch(wants, progressOf(context, remote));
    const [fault] = refused;
    if (fault) throw fail('bad-remote-content', { reason: `${fault.ref}: ${fault.reason}` });
    await agree(context, store, remote, { command: 'fetch' });
  } finally {
    await transport.close();
  }
}
