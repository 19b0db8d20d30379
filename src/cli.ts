#!/usr/bin/env node
// Runs convo from its source; what is installed begins in launch/launch.ts.
import { main } from './main.ts';

await main(process.argv.slice(2));
