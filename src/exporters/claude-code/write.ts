import { string } from '../../importers/kit/fields.ts';
import type { Exported, Target, Written, WrittenFile } from '../exporter.ts';
import { movePath } from '../kit/move-path.ts';
import { type Kept, readRecord } from '../kit/record.ts';
import { type AgentRecords, agentRecords } from './agents.ts';
import { addAssistant, addOpening, addStated, addUser } from './build.ts';
import { type Chain, newChain, sessionFolder } from './chain.ts';
import { renamed } from './cut.ts';
import { folderOf } from './folder.ts';
import { addKept, type Keeping, spillsIn } from './keep.ts';
import type { Planned } from './thread.ts';

/** Plan.write. */
export function write(thread: Exported, plan: readonly Planned[], target: Target): Written {
  const chain = newChain(target);
  const planned = plan.map(({ records, ...one }) => {
    const kept = records?.map(readRecord);
    return { ...one, kept: kept && one.isCut ? renamed(chain, kept, one.turn) : kept };
  });
  const agents = [...thread.agents].flatMap(([id, agent]) => agentRecords(id, agent));
  const all = [...planned.flatMap(({ kept = [] }) => kept), ...agents.flatMap(({ records }) => records)];
  const keeping: Keeping = { move: movePath(thread, target), uuids: uuidsOf(all), spills: spillsIn(thread.documents) };
  if (planned[0]?.turn.role === 'assistant') addOpening(chain, planned[0].turn);
  for (const { turn, kept, arranged, open } of planned) {
    if (kept) addKept(chain, kept, keeping);
    else if (turn.role === 'user') addUser(chain, turn, arranged);
    else addAssistant(chain, turn, arranged);
    for (const call of open ?? []) addStated(chain, turn, call);
  }
  return { native: target.ids.native, files: filesOf(chain, thread, agents, keeping) };
}

function uuidsOf(records: readonly Kept[]): Set<string> {
  return new Set(records.map(({ value }) => string(value.uuid)));
}

/** The transcript, the transcripts of its agents with what the client notes of them, spilled results. */
function filesOf(chain: Chain, thread: Exported, agents: readonly AgentRecords[], keeping: Keeping): WrittenFile[] {
  const { target } = chain;
  const beside: WrittenFile[] = [];
  for (const { id, records, inside } of agents) {
    const own = inside ? chain : newChain(target);
    const { last } = own;
    own.last = null;
    addKept(own, records, keeping);
    own.last = last;
    if (inside) continue;
    const name = `${sessionFolder(target)}/subagents/agent-${id}`;
    beside.push({ path: `${name}.jsonl`, bytes: bytesOf(own) }, ...own.beside);
    const meta = [...thread.documents].find(([key]) => key.endsWith(`/agent-${id}.meta.json`));
    if (meta) beside.push({ path: `${name}.meta.json`, bytes: meta[1] });
  }
  addTitle(chain, thread.title);
  return [{ path: `${folderOf(target.cwd)}/${target.ids.native}.jsonl`, bytes: bytesOf(chain) }, ...chain.beside, ...beside];
}

/** By this the picker of the client shows the conversation under its title. */
function addTitle({ lines, target }: Chain, title: string): void {
  lines.push(JSON.stringify({ type: 'custom-title', customTitle: title, sessionId: target.ids.native }));
}

const bytesOf = ({ lines }: Chain): Uint8Array => Buffer.from(`${lines.join('\n')}\n`);
