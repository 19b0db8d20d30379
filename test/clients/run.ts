// npm run test:clients [name ...]: drives today's clients offline and compares what convo imports with what they told their model.
// CONVO_CLIENTS_CACHE: where the clients are installed. CONVO_CLIENTS_CLAUDE_CODE, CONVO_CLIENTS_CODEX: a version instead of the newest.
// CONVO_CLIENTS_KEEP: keep the recordings there.
// CONVO_CLIENTS_RECORDED: compare recordings kept before, run no client.
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { importers } from '../../src/importers/registry.ts';
import { type Clients, cacheFolder, installClients } from './cache.ts';
import { check } from './checks.ts';
import type { Difference } from './compare.ts';
import type { Read } from './imported.ts';
import { lost } from './lost.ts';
import { cannotIsolate, startIsolated } from './sandbox.ts';
import { scenarios } from './scenarios/all.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { selfChecks } from './self-checks.ts';
import type { Checkpoint } from './stage.ts';
import type { Exchange } from './stand-in.ts';
import { canOpenTerminals } from './terminal.ts';

const counts = { passed: 0, failed: 0, skipped: 0 };
/** Sandboxes that run now: they end with us. */
const children = new Set<ChildProcess>();
/** The folder of the recordings, when nobody asked to keep it. */
let own: string | undefined;
const named = process.argv.slice(2);
const chosen = scenarios.filter((one) => named.length === 0 || named.some((name) => `${one.client}/${one.name}`.includes(name)));

function pass(name: string, note = ''): void {
  counts.passed++;
  console.log(`ok ${name}${note}`);
}

function fail(name: string, why: string): void {
  counts.failed++;
  console.log(`not ok ${name}\n${why.replace(/^/gm, '    ')}`);
}

function skip(reason: string, number = chosen.length): void {
  counts.skipped += number;
  console.log(`skipped: ${reason}`);
}

function runSelfChecks(): void {
  for (const { name, run } of selfChecks) {
    try {
      run();
      pass(name);
    } catch (error) {
      fail(name, String(error));
    }
  }
}

async function runScenarios(): Promise<void> {
  const recorded = process.env.CONVO_CLIENTS_RECORDED;
  if (recorded !== undefined) {
    for (const scenario of chosen) await compareScenario(scenario, join(recorded, scenario.client, scenario.name));
    return;
  }
  const shut = cannotIsolate();
  if (shut !== undefined) return skip(shut);
  const clients = installClients(cacheFolder());
  if (typeof clients === 'string') return skip(clients);
  console.log(`clients: ${clients.versions.join(', ')}`);
  const kept = process.env.CONVO_CLIENTS_KEEP;
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'convo-clients-'));
  if (kept === undefined) own = folder;
  const terminal = canOpenTerminals();
  const waiting = chosen.filter((scenario) => terminal || !scenario.terminal);
  if (waiting.length < chosen.length) skip('no tmux', chosen.length - waiting.length);
  const worker = async () => {
    for (let scenario = waiting.shift(); scenario; scenario = waiting.shift()) {
      await recordAndCompare(scenario, clients.commands, join(folder, scenario.client, scenario.name));
    }
  };
  await Promise.all([worker(), worker()]);
  if (kept !== undefined) return;
  if (counts.failed > 0) console.log(`the recordings are kept in ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

async function recordAndCompare(scenario: Scenario, commands: Clients['commands'], folder: string): Promise<void> {
  const name = `${scenario.client}/${scenario.name}: the scenario runs`;
  let why = await record(scenario, commands, folder);
  if (why !== undefined) {
    console.log(`again: ${name} (${why.trim().split('\n').at(-1)})`);
    why = await record(scenario, commands, folder);
  }
  if (why !== undefined) fail(name, why);
  await compareScenario(scenario, folder);
}

/** Runs a scenario in the sandbox, at most 150 s. Returns what it said when it failed. */
function record({ client, name }: Scenario, commands: Clients['commands'], folder: string): Promise<string | undefined> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const child = startIsolated('record.ts', [client, name, commands[client], folder, JSON.stringify(commands)]);
  let said = '';
  child.stdout?.on('data', (piece) => {
    said += piece;
  });
  child.stderr?.on('data', (piece) => {
    said += piece;
  });
  children.add(child);
  const timer = setTimeout(() => child.kill('SIGKILL'), 150_000);
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      children.delete(child);
      resolve(code === 0 ? undefined : `${said}\nended with ${code ?? signal}`);
    });
  });
}

async function compareScenario(scenario: Scenario, folder: string): Promise<void> {
  const list = join(folder, 'checkpoints.json');
  if (!existsSync(list)) return fail(`${scenario.client}/${scenario.name}`, 'no checkpoint was reached');
  const checkpoints: Checkpoint[] = JSON.parse(readFileSync(list, 'utf8'));
  const exchanges = readExchanges(join(folder, 'requests.jsonl'));
  let earlier = new Map<string, Read>();
  for (const checkpoint of checkpoints) {
    const name = `${scenario.client}/${scenario.name}: ${checkpoint.label}`;
    const importer = importers.find((one) => one.tool === scenario.client);
    const body = exchanges[checkpoint.exchange]?.body;
    if (importer === undefined || body === undefined) {
      fail(name, importer ? `request ${checkpoint.exchange} is not in the log` : 'no importer');
      continue;
    }
    try {
      const checked = await check(importer, scenario.client, folder, checkpoint, body, earlier);
      const { leftOut, reads } = checked;
      // Of what another client said only the thread that was written for this one is here.
      const told = scenario.both ? [] : lost(exchanges.slice(0, checkpoint.exchange + 1), turnsOf(reads));
      const differences = [...checked.differences, ...told];
      earlier = reads;
      if (differences.length > 0) fail(name, `${join(folder, checkpoint.folder)}\n${differences.map(tell).join('\n')}`);
      else pass(name, leftOut.size > 0 ? ` (left out: ${[...leftOut].join('; ')})` : '');
    } catch (error) {
      fail(name, `${join(folder, checkpoint.folder)}\n${error instanceof Error ? error.stack : String(error)}`);
    }
  }
}

const tell = ({ where, want, got }: Difference) => `${where}\n  want: ${show(want)}\n  got:  ${show(got)}`;
const show = (value: unknown) => inspect(value, { depth: 6, breakLength: 140, maxStringLength: 600 }).replace(/\n/g, '\n        ');

const turnsOf = (reads: Map<string, Read>) => [...reads.values()].flatMap((read) => [...read.turns.values()]);

/** Returns the exchanges of a log, each at its own number. */
function readExchanges(path: string): Exchange[] {
  const exchanges: Exchange[] = [];
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const exchange: Exchange = JSON.parse(line);
    if (typeof exchange.seq === 'number') exchanges[exchange.seq] = exchange;
  }
  return exchanges;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const child of children) child.kill('SIGKILL');
    if (own !== undefined) rmSync(own, { recursive: true, force: true });
    process.exit(130);
  });
}
runSelfChecks();
await runScenarios();
console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`);
process.exit(counts.failed > 0 ? 1 : 0);
