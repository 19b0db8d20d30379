// Installs the git hooks of this project, in a checkout of it only.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (existsSync('.git')) spawnSync('npx', ['--no-install', 'simple-git-hooks'], { stdio: 'ignore' });
