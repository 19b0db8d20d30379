import { dirname } from 'node:path';
import { after, type TestContext } from 'node:test';
import { serveHttp } from '../../support/git-http.ts';
import { noSshd, startSshd } from '../../support/sshd.ts';
import { temporaryFolder } from '../sandbox.ts';
import { transportContract } from './transport-contract.ts';

const file = { after } as Pick<TestContext, 'after'>;

transportContract({ name: 'a path, system git', engine: 'system', serve: async (_, folder) => folder });

const overHttp = async (t: TestContext, folder: string) => `${await serveHttp(t, dirname(folder))}/remote.git`;
transportContract({ name: 'http, system git', engine: 'system', brief: true, serve: overHttp });

transportContract({ name: 'http, no git', engine: 'isomorphic', serve: overHttp });

const overOldHttp = async (t: TestContext, folder: string) => `${await serveHttp(t, dirname(folder), { old: true })}/remote.git`;
transportContract({ name: 'http of protocol 0, no git', engine: 'isomorphic', brief: true, serve: overOldHttp });

const sshd = noSshd === undefined ? await startSshd(file, temporaryFolder(file)) : undefined;
transportContract({
  name: 'ssh, system git',
  engine: 'system',
  brief: true,
  ...(noSshd === undefined ? {} : { skip: noSshd }),
  serve: async (_, folder) => `${sshd?.url}${folder}`,
  env: async () => sshd?.env ?? {},
});
