import { count } from '../../model/count.ts';
import { readCards } from '../../store/catalogue.ts';
import { branchRef, headsPrefix, mainRef, rawPrefix, rawRef } from '../../store/layout.ts';
import type { Store } from '../../store/store.ts';
import type { Context } from '../context.ts';
import { readRemotes } from '../remote/settings.ts';
import type { VerifiedCheck, VerifyProblem } from '../verify-result.ts';

/** Every card names the branches that are there, where they stand; every branch and every raw ref has a card. */
export async function checkCatalogue(context: Context, { engine }: Store): Promise<VerifiedCheck> {
  const problems: VerifyProblem[] = [];
  const refs = new Map([...(await engine.refs(headsPrefix)), ...(await engine.refs(rawPrefix))].map((ref) => [ref.name, ref.oid]));
  refs.delete(mainRef);
  const total = refs.size;
  const isLazy = (await readRemotes(context)).some(({ lazy }) => lazy);
  let cards = 0;
  for await (const card of readCards(engine)) {
    cards += 1;
    const about = { id: card.id, tool: card.tool };
    refs.delete(rawRef(card.tool, card.id));
    const isHere = Object.keys(card.branches).some((branch) => refs.has(branchRef(card.tool, card.id, branch)));
    if (isLazy && !isHere) continue;
    for (const [branch, { at }] of Object.entries(card.branches)) {
      const ref = branchRef(card.tool, card.id, branch);
      const tip = refs.get(ref);
      refs.delete(ref);
      if (tip === undefined) problems.push({ ...about, message: `its card names the branch ${branch}, which is not there` });
      else if (at !== undefined && at !== tip)
        problems.push({ ...about, message: `its card says that ${branch} is at ${at}, it is at ${tip}` });
    }
  }
  for (const ref of refs.keys()) problems.push({ message: `${ref} belongs to no card` });
  return { name: 'catalogue', looked: `${count(cards, 'card')} and ${count(total, 'ref')}`, problems };
}
