import { shellText } from '../page/call-view.ts';
import type { ResultStatus, ToolCallPart, Turn } from '../turn.ts';
import { wordSet } from '../word-set.ts';
import type { TurnRef } from './turn-ref.ts';

/** How a command ended; `unknown` where nothing tells it: no result was recorded, or a person ran it. */
export type Outcome = ResultStatus | 'unknown';

/** One run of a shell command. */
export interface CommandRun extends TurnRef {
  /** The command without what only places it or cuts its output: see `plainCommand`. */
  command: string;
  outcome: Outcome;
  /** As the result states it. */
  exit?: number;
  /** It says whether the work holds: tests, types, lint, a build. */
  check: boolean;
}

const programs = wordSet(
  'tsc eslint biome prettier jest vitest mocha playwright pytest tox nox mypy pyright ruff flake8 rspec rubocop phpunit make cmake ctest shellcheck',
);
const runners = wordSet(
  'npm npx yarn pnpm bun bunx deno node uv poetry hatch cargo go dotnet mix swift bundle rake composer gradle gradlew mvn mvnw bazel just task mise sh bash',
);
const checks = /^(?:tests?|check|lint|type-?check|build|verify|vet|clippy|unittest)(?:$|[:._-])/;

/** Tells whether a command runs tests, types, lint or a build: by its program, or by what a runner of programs is told to run. */
export function isCheck(command: string): boolean {
  return command.split(/&&|\|\||[;|]/).some((part) => {
    const words = part
      .trim()
      .split(/\s+/)
      .filter((word) => !/^(?:-|\w+=)/.test(word));
    const [program = '', ...rest] = words.map((word) => word.slice(word.lastIndexOf('/') + 1));
    if (programs.has(program) || (checks.test(program) && /[./]/.test(words[0] ?? ''))) return true;
    return isRunner(program) && rest.slice(0, 3).some((word) => checks.test(word) || programs.has(word));
  });
}

const isRunner = (program: string): boolean =>
  runners.has(program) || (program.startsWith('python') && /^[0-9.]*$/.test(program.slice('python'.length)));

/** Returns the commands that ran in a turn, in order: those of its calls, and those that a person typed. */
export function commandRunsOf(turn: Turn): CommandRun[] {
  const run = (command: string, outcome: Outcome, exit?: number): CommandRun[] => {
    const plain = plainCommand(command);
    if (plain === '') return [];
    return [{ turn: turn.id, n: turn.n, command: plain, outcome, ...(exit === undefined ? {} : { exit }), check: isCheck(plain) }];
  };
  return turn.steps.flatMap(({ parts }) =>
    parts.flatMap((part) => {
      if (part.kind === 'command' && turn.kind === 'shell') return run(part.text.replace(/^\s*!\s*/, ''), 'unknown');
      const command = part.kind === 'tool-call' ? commandOf(part) : undefined;
      return part.kind === 'tool-call' && command !== undefined ? run(command, outcomeOf(part), exitOf(part)) : [];
    }),
  );
}

/** Returns the shell command of a call; undefined for a call that runs none. */
export function commandOf({ input }: ToolCallPart): string | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return undefined;
  const value = input.command ?? input.cmd ?? input.script;
  const text = Array.isArray(value) ? shellText(value) : value;
  return typeof text === 'string' && text.trim() !== '' && !text.includes('*** Begin Patch') ? text : undefined;
}

/** Returns how a call ended. */
export function outcomeOf({ result }: ToolCallPart): Outcome {
  return result?.status ?? 'unknown';
}

/** Claude Code begins the output of a failed command with `Exit code 1`; Codex states it before the output. */
const stated = /^(?:Exit code:?|Process exited with code) (-?\d{1,9})$/m;

/** Returns the exit code that the result of a call states. */
export function exitOf({ result }: ToolCallPart): number | undefined {
  const text = result?.content.find((one) => one.kind === 'text')?.text ?? '';
  const code = stated.exec(text.slice(0, 400))?.[1];
  return code === undefined ? undefined : Number(code);
}

const place = /^cd (?:"[^"]*"|'[^']*'|[^\s;&|]+)\s*(?:&&|;)\s*/;
const cutting = /\s*(?:2>&1|\|\s*(?:tail|head)(?:\s+-\w+|\s+\d+)*)$/;

/** Returns the first line of a command without `cd folder &&` before it and `2>&1 | tail -20` behind it. */
export function plainCommand(command: string): string {
  let plain = command.trim().split('\n', 1)[0]?.slice(0, 400).trim() ?? '';
  for (let shorter = ''; shorter !== plain; ) {
    shorter = plain;
    plain = plain.replace(place, '').replace(cutting, '').trim();
  }
  return plain;
}
