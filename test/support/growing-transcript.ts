import { appendFileSync } from 'node:fs';
import { Transcript } from './claude-code.ts';
import { growing, type ImportHome } from './import-home.ts';

/** A conversation of Claude Code that is going on. */
export interface GrowingTranscript {
  told: Transcript;
  /** Its tool's next words: the call's result, the end of the answer, one more exchange. */
  goOn(): void;
}

/** Writes a finished exchange, a prompt, and an answer in the middle of a call. */
export async function growingTranscript(home: ImportHome, name: string, fields?: { cwd: string }): Promise<GrowingTranscript> {
  const told = new Transcript(fields);
  told.user('One');
  told.says('To One');
  told.user('Two');
  told.calls('c1', 'Bash', { command: 'make' });
  await home.put(name, told.bytes, growing);
  return {
    told,
    goOn() {
      const before = told.bytes.length;
      told.result('c1', 'made');
      told.says('To Two');
      told.user('Three');
      told.says('To Three');
      appendFileSync(home.path(name), told.bytes.subarray(before));
    },
  };
}
