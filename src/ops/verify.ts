import { count } from '../model/count.ts';
import type { Store } from '../store/store.ts';
import type { Context } from './context.ts';
import { checkCatalogue } from './verify/catalogue.ts';
import { recovered } from './verify/recovered.ts';
import { checkSources } from './verify/sources.ts';
import { checkTurns } from './verify/turns.ts';
import type { VerifiedCheck, VerifyResult } from './verify-result.ts';

/** Checks everything that the store promises: objects, catalogue, turns, source records. Changes nothing but what a crash left half done. */
export async function verify(context: Context, store: Store): Promise<VerifyResult> {
  const started = context.host.now();
  const tidied = await recovered(store);
  const checks: VerifiedCheck[] = [];
  const steps = [checkObjects, checkCatalogue, checkTurns, checkSources];
  for (const [done, step] of steps.entries()) {
    context.report('Verifying', done, steps.length);
    checks.push(await step(context, store));
  }
  return { store: store.home, engine: store.engine.name, checks, recovered: tidied, took: context.host.now() - started };
}

async function checkObjects(_context: Context, { engine }: Store): Promise<VerifiedCheck> {
  const { problems } = await engine.check();
  const refs = await engine.refs('refs/');
  return {
    name: 'git objects',
    looked: `everything that ${count(refs.length, 'ref')} ${refs.length === 1 ? 'reaches' : 'reach'}`,
    problems: problems.map((message) => ({ message })),
  };
}
