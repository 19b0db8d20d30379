import type { Fields } from './conversation.ts';
import type { Random } from './random.ts';
import { filePath, text } from './text.ts';

/** One call of a tool as Claude Code records it. */
export interface Call {
  name: string;
  input: Fields;
  /** What the model is told. */
  result: string;
  /** `toolUseResult`, what the client keeps for itself: it repeats the result in another shape. */
  outcome: Fields;
}

const patchSize = 300;

/** Returns a call of a kind that occurs often: Bash half of the time, then Read, Edit, Grep. */
export function call(numbers: Random, folder: string, resultSize: number): Call {
  const kind = numbers.int(1, 10);
  if (kind <= 5) return bash(numbers, resultSize);
  if (kind <= 8) return read(numbers, folder, resultSize);
  return kind === 9 ? edit(numbers, folder) : grep(numbers, folder, resultSize);
}

function bash(numbers: Random, resultSize: number): Call {
  const stdout = text(numbers, 'output', numbers.size(resultSize));
  return {
    name: 'Bash',
    input: { command: `npm test -- ${filePath(numbers)} 2>&1 | tail -${numbers.int(5, 80)}`, description: 'Run the tests' },
    result: stdout,
    outcome: { stdout, stderr: '', interrupted: false, isImage: false, noOutputExpected: false },
  };
}

function read(numbers: Random, folder: string, resultSize: number): Call {
  const path = `${folder}/${filePath(numbers)}`;
  const content = text(numbers, 'code', numbers.size(resultSize));
  const lines = content.split('\n');
  return {
    name: 'Read',
    input: { file_path: path },
    result: lines.map((line, index) => `${String(index + 1).padStart(6)}→${line}`).join('\n'),
    outcome: { type: 'text', file: { filePath: path, content, numLines: lines.length, startLine: 1, totalLines: lines.length } },
  };
}

function edit(numbers: Random, folder: string): Call {
  const path = `${folder}/${filePath(numbers)}`;
  const oldString = text(numbers, 'code', numbers.size(patchSize));
  const newString = text(numbers, 'code', numbers.size(patchSize));
  const lines = [...oldString.split('\n').map((line) => `-${line}`), ...newString.split('\n').map((line) => `+${line}`)];
  const hunk = { oldStart: 10, oldLines: oldString.split('\n').length, newStart: 10, newLines: newString.split('\n').length, lines };
  return {
    name: 'Edit',
    input: { file_path: path, old_string: oldString, new_string: newString, replace_all: false },
    result: `The file ${path} has been updated successfully.`,
    outcome: { filePath: path, oldString, newString, originalFile: null, structuredPatch: [hunk], userModified: false, replaceAll: false },
  };
}

function grep(numbers: Random, folder: string, resultSize: number): Call {
  const content = text(numbers, 'output', numbers.size(resultSize / 2));
  return {
    name: 'Grep',
    input: { pattern: 'cursor|offset', path: `${folder}/src`, output_mode: 'content' },
    result: content,
    outcome: { mode: 'content', numFiles: 0, filenames: [], content, numLines: content.split('\n').length },
  };
}
