import { transportContract } from './transport-contract.ts';

transportContract({ name: 'a path, system git', engine: 'system', serve: async (_, folder) => folder });
