import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Writes every blob of a repository into one file, in the form of `git cat-file --batch`. */
export async function dumpBlobs(repository: string, path: string): Promise<void> {
  const listed = `${path}.objects`;
  await git(repository, ['cat-file', '--batch-all-objects', '--unordered', '--batch-check=%(objecttype) %(objectname)'], undefined, listed);
  const names = readFileSync(listed, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('blob '))
    .map((line) => line.slice(5));
  writeFileSync(listed, names.map((name) => `${name}\n`).join(''));
  await git(repository, ['cat-file', '--buffer', '--batch'], listed, path);
}

function git(repository: string, args: string[], input: string | undefined, output: string): Promise<void> {
  const from = input === undefined ? ('ignore' as const) : openSync(input, 'r');
  const to = openSync(output, 'w');
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['--git-dir', repository, ...args], { stdio: [from, to, 'inherit'] });
    child.on('error', reject);
    child.on('close', (code) => {
      closeSync(to);
      if (typeof from === 'number') closeSync(from);
      if (code === 0) resolve();
      else reject(new Error(`git ${args[0]} ended with ${code}`));
    });
  });
}

/** Writes the paths of all files below a folder into one file, a line each. */
export function listFiles(folder: string, path: string): void {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name));
  writeFileSync(
    path,
    names
      .filter((name) => statSync(name).isFile())
      .map((name) => `${name}\n`)
      .join(''),
  );
}
