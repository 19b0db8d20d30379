import { contract } from './engine-contract.ts';

contract('system');
contract('isomorphic');
