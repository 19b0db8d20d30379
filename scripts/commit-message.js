// The commit-msg hook: a conventional subject of at most 100 characters, `feat(importers): read Codex forks`.
import { readFileSync } from 'node:fs';

const [subject = ''] = readFileSync(process.argv[2] ?? '', 'utf8').split('\n');
const conventional = /^(feat|fix|perf|refactor|docs|test|build|ci|chore|revert)(\([a-z][a-z-]*\))?!?: [^ A-Z].*[^. ]$/;
if (!/^(Merge|Revert|fixup!|squash!) /.test(subject) && (!conventional.test(subject) || subject.length > 100)) {
  console.error(`Not a conventional commit: ${subject}\nWrite for example: feat(importers): read Codex forks`);
  process.exit(1);
}
