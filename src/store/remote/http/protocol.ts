import { fail } from '../../../errors.ts';
import type { Oid } from '../../git.ts';
import { isOid } from '../../objects.ts';
import { safeText } from '../../system/spawn.ts';
import { progressOf } from '../git-progress.ts';
import { badContent } from '../quarantine.ts';
import type { RemoteUrl } from '../url.ts';
import type { OnProgress, Sent } from '../wire.ts';
import type { Answer, HttpClient } from './client.ts';
import { delimiter, flush, packet, packets, textOf } from './pkt.ts';

type Service = 'git-upload-pack' | 'git-receive-pack';

/** What a server says first (gitprotocol-http(5)): of version 2 what it can do, of version 0 also its refs. */
export interface Greeting {
  version: 0 | 2;
  abilities: Set<string>;
  refs: Map<string, Oid>;
}

const agent = 'agent=convo';
/** Refs in one answer. */
const mostRefs = 500_000;
const version2 = { 'Git-Protocol': 'version=2' };

/** Returns the error for an answer that is not 200. */
function refused(url: RemoteUrl, { status, authorized }: Answer): Error {
  const told = (reason: string, hint?: string) => fail('remote-failed', { url: url.shown, reason, ...(hint && { hint }) });
  if (status === 401)
    return told(
      authorized
        ? 'it does not take the user and password of ~/.netrc'
        : 'it wants a user and a password: without git they are read from ~/.netrc',
      `Put the line "machine ${url.host} login <user> password <password or token>" into ~/.netrc, or install git`,
    );
  if (status === 403) return told('it does not let this user do that (403)');
  return told(status === 404 ? 'there is no such repository, or not for this user (404)' : `it answered ${status}`);
}

/** Greets a server. Throws `remote-failed` when it is no git server, or does not let us in. */
export async function greet(client: HttpClient, url: RemoteUrl, service: Service): Promise<Greeting> {
  const answer = await client.get(`/info/refs?service=${service}`, service === 'git-upload-pack' ? version2 : {});
  const refuse = (reason: string) => fail('remote-failed', { url: url.shown, reason });
  if (answer.status !== 200) throw refused(url, answer);
  if (!answer.type.startsWith(`application/x-${service}-advertisement`)) throw refuse('it is no git repository that speaks smart http');
  const greeting: Greeting = { version: 0, abilities: new Set(), refs: new Map() };
  for await (const line of packets(answer.body, url.shown)) {
    if (typeof line === 'string') continue;
    const text = textOf(line);
    if (text.startsWith('# service=')) continue;
    if (text.startsWith('ERR ')) throw refuse(safeText(text.slice(4)));
    if (text === 'version 2') greeting.version = 2;
    else if (greeting.version === 2) greeting.abilities.add(text);
    else takeRef(greeting, text);
  }
  return greeting;
}

/** `<oid> <name>`, of the first behind a NUL what the server can do. */
function takeRef({ refs, abilities }: Greeting, text: string): void {
  const [head = '', can] = text.split('\0', 2);
  for (const ability of can?.trim().split(' ') ?? []) abilities.add(ability);
  addRef(refs, head.slice(0, 40), head.slice(41));
}

function addRef(refs: Map<string, Oid>, oid: string, name: string): void {
  if (isOid(oid) && name.startsWith('refs/') && !name.endsWith('^{}')) refs.set(name, oid);
  if (refs.size > mostRefs) throw badContent(`more than ${mostRefs} refs`);
}

async function* answerTo(client: HttpClient, url: RemoteUrl, service: Service, body: Uint8Array, headers = {}) {
  const answer = await client.post(`/${service}`, `application/x-${service}-request`, body, {
    Accept: `application/x-${service}-result`,
    ...headers,
  });
  if (answer.status !== 200) throw refused(url, answer);
  for await (const line of packets(answer.body, url.shown)) {
    const error = typeof line === 'string' ? undefined : /^ERR (.*)/s.exec(Buffer.from(line.subarray(0, 500)).toString('utf8'))?.[1];
    if (error !== undefined && /not our ref/.test(error)) throw badContent(safeText(error));
    if (error !== undefined) throw fail('remote-failed', { url: url.shown, reason: safeText(error) });
    yield line;
  }
}

/** Returns the refs whose names begin with a prefix: `ls-refs` of gitprotocol-v2(5), or what the greeting said. */
export async function listRefs(client: HttpClient, url: RemoteUrl, prefix: string): Promise<Map<string, Oid>> {
  const greeting = await greet(client, url, 'git-upload-pack');
  const refs = new Map<string, Oid>();
  if (greeting.version === 0) {
    for (const [name, oid] of greeting.refs) if (name.startsWith(prefix)) refs.set(name, oid);
    return refs;
  }
  const body = [packet('command=ls-refs\n'), packet(agent), delimiter, packet(`ref-prefix ${prefix || 'refs/'}\n`), flush].join('');
  for await (const line of answerTo(client, url, 'git-upload-pack', Buffer.from(body), version2)) {
    if (typeof line === 'string') continue;
    const [oid = '', name = ''] = textOf(line).split(' ');
    addRef(refs, oid, name);
  }
  return refs;
}

/** Yields the bytes of one pack with what is wanted and all it needs but what `known` leads to. */
export async function* fetchPack(
  client: HttpClient,
  url: RemoteUrl,
  wants: readonly Oid[],
  known: readonly Oid[],
  onProgress: OnProgress,
): AsyncGenerator<Uint8Array> {
  const { version } = await greet(client, url, 'git-upload-pack');
  const haves = known.map((oid) => packet(`have ${oid}\n`)).join('');
  const asked = (first: string) => wants.map((oid, at) => packet(`want ${oid}${at === 0 ? first : ''}\n`)).join('');
  const body =
    version === 2
      ? `${packet('command=fetch\n')}${packet(agent)}${delimiter}${packet('ofs-delta\n')}${asked('')}${haves}${packet('done\n')}${flush}`
      : `${asked(` side-band-64k ofs-delta ${agent}`)}${flush}${haves}${packet('done\n')}`;
  let inPack = version === 0;
  for await (const line of answerTo(client, url, 'git-upload-pack', Buffer.from(body), version === 2 ? version2 : {})) {
    if (typeof line === 'string') continue;
    if (!inPack || /^(NAK|ACK [0-9a-f]{40}.*)\n?$/.test(Buffer.from(line.subarray(0, 80)).toString('latin1'))) {
      inPack ||= textOf(line) === 'packfile';
      continue;
    }
    const rest = line.subarray(1);
    if (line[0] === 1) yield rest;
    else if (line[0] === 2) tell(rest, onProgress);
    else throw badContent(safeText(Buffer.from(rest).toString('utf8')));
  }
}

function tell(bytes: Uint8Array, onProgress: OnProgress): void {
  for (const line of Buffer.from(bytes)
    .toString('utf8')
    .split(/[\r\n]/)) {
    const progress = progressOf(line);
    if (progress) onProgress(progress);
  }
}

const zero = '0'.repeat(40);

/** What the server said of each ref by name: '' = done, else why not. */
export async function sendPack(
  client: HttpClient,
  url: RemoteUrl,
  batch: readonly Sent[],
  pack: Uint8Array,
  atomic: boolean,
): Promise<Map<string, string>> {
  const can = `\0 report-status${atomic ? ' atomic' : ''} ${agent}`;
  const commands = batch.map(({ name, oid, expected }, at) => packet(`${expected ?? zero} ${oid ?? zero} ${name}${at === 0 ? can : ''}`));
  const body = Buffer.concat([Buffer.from(commands.join('') + flush), pack]);
  const answers = new Map<string, string>();
  for await (const line of answerTo(client, url, 'git-receive-pack', body)) {
    if (typeof line === 'string') continue;
    const text = textOf(line);
    const [, how, name = '', reason = ''] = /^(ok|ng|unpack) (\S+) ?(.*)$/s.exec(text) ?? [];
    if (how === 'unpack' && text !== 'unpack ok') throw fail('remote-failed', { url: url.shown, reason: safeText(text) });
    if (how === 'ok') answers.set(name, '');
    if (how === 'ng') answers.set(name, safeText(reason) || 'refused');
  }
  return answers;
}
