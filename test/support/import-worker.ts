// One writer: grows its own file below a home folder by an exchange at a time, and imports all that lies there after each.
// Arguments: home, store, engine, file, first record id, count ('once': imports once as it is). Prints "ack <records>" after each.
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { realHost } from '../../src/host.ts';
import type { EngineChoice } from '../../src/store/engine.ts';
import { uuidOf } from './claude-code.ts';
import { importOnce } from './import-home.ts';

const [home = '', store = '', engine = 'system', file = '', first = '0', count = 'once'] = process.argv.slice(2);
const host = { ...realHost(new AbortController().signal), home, env: { PATH: process.env.PATH }, cwd: home };
const session = /([0-9a-f-]{36})\.jsonl$/.exec(file)?.[1] ?? '';

function exchange(index: number): string {
  const id = Number(first) + index * 2;
  const timestamp = new Date(Date.UTC(2026, 2, 1, 10, 0, index)).toISOString();
  const head = { sessionId: session, cwd: '/w/lines', version: '2.1.197', isSidechain: false, timestamp };
  const parentUuid = index === 0 && first !== '1' ? uuidOf(2) : index === 0 ? null : uuidOf(id - 1);
  const answer = {
    id: `msg_${id}`,
    role: 'assistant',
    model: 'claude-x',
    content: [{ type: 'text', text: `Answer ${id}` }],
    stop_reason: 'end_turn',
  };
  return [
    { ...head, type: 'user', uuid: uuidOf(id), parentUuid, message: { role: 'user', content: `Question ${id}` } },
    { ...head, type: 'assistant', uuid: uuidOf(id + 1), parentUuid: uuidOf(id), message: answer },
  ]
    .map((record) => `${JSON.stringify(record)}\n`)
    .join('');
}

if (count === 'once') {
  const result = await importOnce(host, store, engine as EngineChoice);
  process.stdout.write(`ack ${result.turnsAdded}\n`);
} else {
  mkdirSync(dirname(file), { recursive: true });
  for (let index = 0; index < Number(count); index += 1) {
    appendFileSync(file, exchange(index));
    await importOnce(host, store, engine as EngineChoice);
    process.stdout.write(`ack ${index}\n`);
  }
}
