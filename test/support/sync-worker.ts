// Syncs one machine once and prints "ack". Arguments: home, store, engine, verb.
import { realHost } from '../../src/host.ts';
import { openContext } from '../../src/ops/context.ts';
import { fetch, pull, push, sync } from '../../src/ops/sync.ts';
import { openStore } from '../../src/store/store.ts';

const [home = '', store = '', verb = 'sync'] = process.argv.slice(2);
const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
const host = { ...realHost(new AbortController().signal), home, env, cwd: home };
const context = openContext(host, () => Promise.reject(new Error('it opens its store itself')), { store });
const opened = await openStore(host, store, { engine: 'system', absent: 'make' });
await { fetch, pull, push, sync }[verb as 'sync'](context, opened, { full: false });
await opened.engine.close();
process.stdout.write('ack\n');
