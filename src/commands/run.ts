import { ConvoError, type ExitCode, exitCodes, fail } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Config } from '../ops/config.ts';
import { type Backend, type Context, openContext } from '../ops/context.ts';
import { near } from '../ops/near.ts';
import { sayBug, sayFailure, sayKept, sayWarnings } from '../ui/failure.ts';
import { documentOf } from '../ui/json/document.ts';
import { printBytes, printLines, showBytes } from '../ui/print.ts';
import { progress } from '../ui/progress.ts';
import { columnsOf, type Terminal } from '../ui/terminal.ts';
import { completionFlag } from '../ui/text/completion.ts';
import type { Command, Outcome, Typed, Values } from './command.ts';
import { gitVerbs } from './git-verbs.ts';
import type { GlobalFlags } from './globals.ts';
import { aliases, loaderOf, overview, verbs } from './index.ts';
import { type Parsed, parseTyped, readGlobals, splitPassed, splitVerb } from './parse.ts';

/** What one run of convo works with. */
export interface Session {
  host: Host;
  terminal: Terminal;
  /** Called when a command first needs the store or the tools' folders. */
  backend(): Promise<Backend>;
}

/** Runs one command line (without `node convo`) and returns its exit code; everything that goes wrong is shown, nothing is thrown. */
export async function run(argv: readonly string[], session: Session): Promise<number> {
  try {
    return await runCommand(argv, session);
  } catch (error) {
    return say(error, session, readGlobals(argv));
  }
}

async function say(error: unknown, { host, terminal }: Session, globals: Values<GlobalFlags>): Promise<ExitCode> {
  const how = { json: globals.json === true, verbose: globals.verbose === true, color: await errorColor(host, terminal, globals) };
  if (host.signal.aborted) {
    await sayKept(error, terminal.err, how);
    return exitCodes.interrupted;
  }
  if (!(error instanceof ConvoError)) return sayBug(error, terminal.err, how);
  return sayFailure(error, terminal.err, how);
}

async function runCommand(argv: readonly string[], session: Session): Promise<number> {
  if (argv[0] === completionFlag) return printCompletions(argv.slice(1), session);
  const { verb, rest } = splitVerb(argv);
  if (verb === undefined && rest.some((word) => word === '--version' || word === '-v')) {
    return runCommand(['version', ...rest.filter((word) => word !== '--version' && word !== '-v')], session);
  }
  const load = verb === undefined ? overview : loaderOf(verb);
  if (!load) throw unknownVerb(verb ?? '');
  const command = await load();
  const typed = await parseOrExplain(command, rest);
  if (typed.globals.help) return runCommand(['help', ...(verb === undefined ? [] : [command.verb]), ...kept(typed.globals)], session);
  return execute(command, typed, typed.globals, session);
}

/** Errors of usage are explained by yargs, from the same table; it is loaded only then. */
async function parseOrExplain(command: Command, rest: readonly string[]): Promise<Parsed> {
  try {
    return parseTyped(command, rest);
  } catch (error) {
    if (!(error instanceof ConvoError) || error.code !== 'unknown-flag') throw error;
    throw await (await import('./usage.ts')).explain(command, splitPassed(command, rest).own, error);
  }
}

async function printCompletions(words: readonly string[], { host, backend, terminal }: Session): Promise<ExitCode> {
  const { complete } = await import('./complete.ts');
  const context = openContext(host, backend, {});
  for (const reply of await complete(words, context)) await terminal.out.write(`${reply}\n`);
  await context.close();
  return exitCodes.ok;
}

const kept = (globals: Values<GlobalFlags>) => [...(globals['no-pager'] ? ['--no-pager'] : []), ...(globals.json ? ['--json'] : [])];

function unknownVerb(verb: string): ConvoError {
  const git = Object.hasOwn(gitVerbs, verb) ? gitVerbs[verb] : undefined;
  if (git) return fail('git-verb', { verb, message: git.message, instead: git.instead });
  const [best] = near(verb, [...Object.keys(verbs), ...Object.keys(aliases), ...Object.keys(gitVerbs)]);
  const instead = best && Object.hasOwn(gitVerbs, best) ? gitVerbs[best]?.instead : best && `convo ${best}`;
  return fail('unknown-verb', { verb, ...(best && instead ? { near: best, instead } : {}) });
}

async function execute(command: Command, typed: Typed, globals: Values<GlobalFlags>, session: Session): Promise<number> {
  const { host, terminal } = session;
  const shown = progress(terminal.err, { quiet: globals.quiet === true, now: host.now });
  const context = openContext(host, () => session.backend(), {
    ...(globals.store === undefined ? {} : { store: globals.store }),
    ...(globals.engine === undefined ? {} : { engine: globals.engine }),
    report: shown.report,
  });
  let outcome: Outcome;
  try {
    outcome = await command.execute(context, typed);
    shown.end();
    await print(command, outcome, context, globals, terminal);
  } finally {
    shown.end();
    await context.close();
  }
  return outcome.after ? outcome.after() : outcome.exit;
}

async function print(
  command: Command,
  outcome: Outcome,
  context: Context,
  globals: Values<GlobalFlags>,
  terminal: Terminal,
): Promise<void> {
  const { host, warnings } = context;
  const config = await configOrNone(context);
  if (globals.json) {
    terminal.out.write(documentOf(outcome.schema, outcome.json(), warnings));
    return;
  }
  if (!globals.quiet) await sayWarnings(warnings, terminal.err, await errorColor(host, terminal, globals));
  if (outcome.bytes && !terminal.out.isTTY) return printBytes(outcome.bytes, terminal.out);
  const options = {
    color: !globals['no-color'] && colored(host, terminal.out.isTTY, config.color),
    env: host.env,
    pager: command.paged === true && !globals['no-pager'],
    ...(config.pager === undefined ? {} : { configuredPager: config.pager }),
  };
  if (outcome.bytes) return showBytes(outcome.bytes, terminal.out, options);
  const lines = outcome.text({
    columns: columnsOf(terminal.out),
    now: host.now(),
    terminal: terminal.out.isTTY,
    color: options.color,
    home: host.home,
  });
  await printLines(lines, terminal.out, options);
}

/** What was done is told even where the settings cannot be read. */
async function configOrNone(context: Context): Promise<Config> {
  try {
    return await context.config();
  } catch (error) {
    if (!(error instanceof ConvoError)) throw error;
    context.warn(error.message);
    return {};
  }
}

/** NO_COLOR (any value but '') beats the config; both yield to --no-color. */
function colored(host: Host, isTTY: boolean, configured: string | undefined): boolean {
  if (configured === 'never' || host.env.NO_COLOR || host.env.TERM === 'dumb') return false;
  return isTTY || configured === 'always';
}

async function errorColor(host: Host, terminal: Terminal, globals: Values<GlobalFlags>): Promise<boolean> {
  return globals['no-color'] !== true && colored(host, terminal.err.isTTY, undefined);
}
