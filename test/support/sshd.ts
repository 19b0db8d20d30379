import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';

const sshd = ['/usr/sbin/sshd', '/usr/bin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));

/** Why there is no ssh server for tests on this machine; undefined when there is. */
export const noSshd = sshd === undefined ? 'no sshd is installed' : spawnSync('ssh', ['-V']).error ? 'no ssh is installed' : undefined;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

export interface Sshd {
  /** `ssh://user@127.0.0.1:port`; a path follows. */
  url: string;
  /** What a device needs in its environment to be let in. */
  env: Record<string, string>;
}

/** Starts an ssh server on loopback with keys of its own until the test ends. */
export async function startSshd(t: Pick<TestContext, 'after'>, folder: string): Promise<Sshd> {
  const key = (name: string) => {
    const path = join(folder, name);
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
    return path;
  };
  const [host, user] = [key('host'), key('user')];
  const port = await freePort();
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  const config = join(folder, 'sshd_config');
  const lines = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${host}`,
    `AuthorizedKeysFile ${user}.pub`,
    `PidFile ${join(folder, 'pid')}`,
  ];
  writeFileSync(
    config,
    `${[...lines, 'StrictModes no', 'PermitRootLogin yes', 'UsePAM no', 'PasswordAuthentication no', 'AcceptEnv GIT_PROTOCOL'].join('\n')}\n`,
  );
  const server = spawn(sshd ?? '', ['-D', '-e', '-f', config], { stdio: 'ignore' });
  t.after(() => server.kill());
  for (let tries = 0; tries < 100 && !(await answers(port)); tries += 1) await setTimeout(50);
  const options = [
    '-F',
    '/dev/null',
    '-i',
    user,
    '-o',
    'StrictHostKeyChecking=no',
    '-o',
    'UserKnownHostsFile=/dev/null',
    '-o',
    'BatchMode=yes',
    '-o',
    'LogLevel=ERROR',
    '-o',
    `ControlPath=${join(folder, 'master')}`,
  ];
  // One connection that all commands share: making one takes longer than all that git does.
  const master = spawn('ssh', [...options, '-M', '-N', '-p', String(port), `${userInfo().username}@127.0.0.1`], { stdio: 'ignore' });
  t.after(() => master.kill());
  for (let tries = 0; tries < 100 && !existsSync(join(folder, 'master')); tries += 1) await setTimeout(50);
  return { url: `ssh://${userInfo().username}@127.0.0.1:${port}`, env: { GIT_SSH_COMMAND: ['ssh', ...options].join(' ') } };
}
