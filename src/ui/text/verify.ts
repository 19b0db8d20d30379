import { count } from '../../model/count.ts';
import type { VerifyResult } from '../../ops/verify-result.ts';
import { line, styled } from '../line.ts';
import { duration } from '../time.ts';
import { shortPath, type View } from '../view.ts';
import { oneLine } from '../width.ts';

/** Tells each check with what it looked at, every problem, and the verdict. */
export const verifyView: View<VerifyResult> = function* lines({ store, engine, checks, recovered, took }, settings) {
  for (const one of recovered) yield line(styled('faint', `tidied up: ${oneLine(one)}`));
  const name = Math.max(0, ...checks.map((check) => check.name.length));
  for (const check of checks) {
    const mark = check.problems.length === 0 ? styled('good', 'ok ') : styled('bad', 'BAD');
    yield line(mark, '  ', oneLine(check.name).padEnd(name), styled('faint', `  ${oneLine(check.looked)}`));
    for (const { id, message } of check.problems)
      yield line('     ', ...(id === undefined ? [] : [styled('id', id), ' ']), oneLine(message));
  }
  const problems = checks.reduce((sum, check) => sum + check.problems.length, 0);
  const where = `${shortPath(store, settings)} with ${engine} git in ${duration(took)}`;
  yield line();
  if (problems === 0) yield line(styled('good', 'Everything saved is there and whole. '), styled('faint', where));
  else yield line(styled('bad', `${count(problems, 'problem')}. `), styled('faint', where));
  if (problems > 0)
    yield line(styled('faint', 'next: '), styled('command', 'convo import --again'), styled('faint', ' reads the tools again'));
};
