import vocabulary from 'gpt-tokenizer/bpeRanks/o200k_base';
import { O200K_TOKEN_SPLIT_REGEX as pieces } from 'gpt-tokenizer/encodingParams/constants';
import { mergedCount } from './merged.ts';

const ascii = /^[\x00-\x7f]*$/;
const bytesOf = (text: string): string => (ascii.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1'));

/** Ranks by the bytes of a token, a character each. */
const ranks = new Map<string, number>();
for (const [rank, token] of vocabulary.entries()) {
  if (token !== undefined) ranks.set(typeof token === 'string' ? bytesOf(token) : String.fromCharCode(...token), rank);
}

/**
 * Returns the number of tokens of a text in o200k_base, the encoding of OpenAI's models since GPT-4o (tiktoken's `model.py`). Words that are
 * special to it count as text. Loading this file takes a seventh of a second: it is imported where tokens are counted, and nowhere else.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  for (const [piece] of text.matchAll(pieces)) {
    const bytes = bytesOf(piece);
    tokens += ranks.has(bytes) ? 1 : mergedCount(bytes, ranks);
  }
  return tokens;
}
