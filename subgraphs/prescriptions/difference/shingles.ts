/** How alike two statements are worded: shingles of words, hashed, and the share of them in common. */

import { wordingLimits } from '#rules/difference-wording.ts';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** A statement has at most 2,000 characters, so that this is never reached by words of more than three letters. */
const MOST_SHINGLES = 500;

/**
 * The shingles of a statement as 32-bit hashes, ascending, each once: lower case without accents and punctuation, every number read as
 * one and the same, so that another dose in the same sentence is no other sentence. One of fewer words than a shingle is one shingle.
 */
export function shinglesOf(statement: string): number[] {
  const words = statement
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/\p{N}+([.,]\p{N}+)*/gu, '0')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
  const { shingleWords } = wordingLimits;
  const count = Math.max(1, words.length - shingleWords + 1);
  const hashes = Array.from({ length: count }, (_, start) => hashOf(words.slice(start, start + shingleWords).join(' ')));
  return [...new Set(hashes)].sort((a, b) => a - b).slice(0, MOST_SHINGLES);
}

/** The share of shingles in common (Jaccard), from 0 to 1. Both lists ascend. */
export function likeness(a: readonly number[], b: readonly number[]): number {
  let common = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [left, right] = [a[i] ?? 0, b[j] ?? 0];
    if (left === right) common += 1;
    if (left <= right) i += 1;
    if (right <= left) j += 1;
  }
  const all = a.length + b.length - common;
  return all === 0 ? 0 : common / all;
}

// FNV-1a over UTF-16 units, as a signed 32-bit integer: what a column of integers holds.
function hashOf(text: string): number {
  let hash = FNV_OFFSET;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), FNV_PRIME);
  return hash | 0;
}
