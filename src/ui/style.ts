import { Chalk, type ChalkInstance } from 'chalk';
import type { Paint, Style } from './line.ts';

const looks = (chalk: ChalkInstance): Record<Style, ChalkInstance> => ({
  strong: chalk.bold,
  faint: chalk.dim,
  id: chalk.yellow,
  good: chalk.green,
  warn: chalk.yellow,
  bad: chalk.red,
  user: chalk.bold,
  command: chalk.cyan,
  added: chalk.green,
  removed: chalk.red,
  heading: chalk.bold.underline,
});

/** Returns the painter of a terminal with the 16 standard colours. The only user of chalk, loaded only when colour is on. */
export function painter(): Paint {
  const styles = looks(new Chalk({ level: 1 }));
  return (style, text) => styles[style](text);
}
