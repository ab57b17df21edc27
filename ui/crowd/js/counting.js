/*
 * The arithmetic of many seeds, without any drawing, so that Node can test it: what is known of each
 * member, how many came out how, and what is said of it.
 */
import { SHAPES, VERDICTS } from '../../live/js/diagnosis.js';
import { decimal, whole } from '../../live/js/words.js';

/** What travels of each member, in this order. */
export const MEMBER = [
  'seed', 'divergedAt', 'measuredAt', 'covered', 'captured', 'quality', 'dominance', 'hops', 'verdict',
];

/**
 * The members of a frame.
 * @param {{shape: number[], values: ArrayLike<number>} | undefined} section `crowd_numbers`
 * @returns {Object[]} one per member, by the names of `MEMBER`
 */
export function membersOf(section) {
  if (!section) return [];
  const [count, columns] = section.shape;
  return Array.from({ length: count }, (_, i) => Object.fromEntries(
    MEMBER.map((name, k) => [name, section.values[i * columns + k]]),
  ));
}

const rankOf = (verdict) => ({ healthy: 0, unknown: 2 }[verdict] ?? 1);
const partText = (value) => (Number.isFinite(value) ? `${decimal(100 * value, 0)} %` : '–');

/** How many have which verdict: healthy first and always, then what is most frequent; unknown last. */
export function countVerdicts(verdicts) {
  const counts = new Map([['healthy', 0]]);
  verdicts.forEach((verdict) => counts.set(verdict, (counts.get(verdict) ?? 0) + 1));
  return [...counts].sort(([a, n], [b, m]) => rankOf(a) - rankOf(b) || m - n);
}

/** The outcome of a row in words: "6 of 8 healthy · 2 hopping". */
export function sayCount(words, verdicts) {
  const total = verdicts.length;
  if (verdicts.every((verdict) => verdict === 'unknown')) return words.say('count_early', { total });
  return countVerdicts(verdicts).map(([verdict, n], i) => (
    words.say(i ? 'count_more' : 'count_first', { n, total, verdict: words.say(`count_${verdict}`) })
  )).join(' · ');
}

/** The mean of the modes covered by those that have been measured; NaN if nobody has. */
export function meanCovered(members) {
  const known = members.map(({ covered }) => covered).filter(Number.isFinite);
  return known.length ? known.reduce((a, b) => a + b, 0) / known.length : NaN;
}

/** What is known of one member: pairs of a word's key and a value. */
export function factsOf(words, member, modes) {
  const of = (n) => (Number.isFinite(n) ? words.say('of', { n: whole(n), total: whole(modes) }) : '–');
  const facts = modes > 0 ? [
    ['modes', of(member.covered)],
    ['captured', of(member.captured)],
    ['quality', partText(member.quality)],
    ['dominance', partText(member.dominance)],
    ['hops', whole(member.hops)],
  ] : [];
  return member.divergedAt >= 0 ? [...facts, ['diverged_at', whole(member.divergedAt)]] : facts;
}

/** Write a text where it is not there yet. */
export function putText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** The name of a verdict, and its symbol. */
export const verdictName = (place) => VERDICTS[place] ?? VERDICTS[0];
export const verdictShape = (name) => SHAPES[name] ?? SHAPES.unknown;
