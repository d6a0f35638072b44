import { expect, it } from 'vitest';
import { framesEach, grammarBattery } from '../../src/main/benchmarks/grammar/battery.ts';
import { phenomena } from '../../src/main/benchmarks/grammar/phenomena.ts';

const items = grammarBattery();
const pairs = items.map(({ uid, index, texts }) => {
    const [good, bad] = texts.map((text) => (text.kind === 'span' ? text.text : ''));
    return { uid, index, good: good!, bad: bad! };
});
const wordsOf = (sentence: string): readonly string[] => sentence.match(/[\p{L}']+|[.,?]/gu) ?? [];

/** The pairs that mirror each other, side by side. */
const mirrored = pairs.flatMap((pair, at) => (at % 2 === 0 ? [[pair, pairs[at + 1]!] as const] : []));

it('has as many pairs of every phenomenon, the same at every call', () => {
    const counts = Map.groupBy(pairs, ({ uid }) => uid);
    expect([...counts.keys()]).toEqual(Object.keys(phenomena));
    for (const [, members] of counts) expect(members).toHaveLength(2 * framesEach);
    expect(grammarBattery()).toEqual(items);
});

it('never says a sentence twice', () => {
    expect(new Set(pairs.flatMap(({ good, bad }) => [good, bad])).size).toBe(2 * pairs.length);
});

it('changes one word of a sentence, so that both are of one length', () => {
    for (const { good, bad } of pairs) {
        const [right, wrong] = [wordsOf(good), wordsOf(bad)];
        expect(right).toHaveLength(wrong.length);
        expect(
            right.filter((word, at) => word !== wrong[at]),
            `${good} / ${bad}`,
        ).toHaveLength(1);
    }
});

it('asks the other way round in the second of two pairs: what was right is wrong', () => {
    for (const [first, second] of mirrored) {
        const changed = ({ good, bad }: { good: string; bad: string }): readonly string[] => {
            const [right, wrong] = [wordsOf(good), wordsOf(bad)];
            const at = right.findIndex((word, place) => word !== wrong[place]);
            return [right[at]!, wrong[at]!];
        };
        expect(second.uid).toBe(first.uid);
        expect(changed(second)).toEqual(changed(first).toReversed());
    }
});

it('cannot be passed by whoever knows words and their neighbours alone', () => {
    // the same two words stand in the way of each other: right here, wrong there, with the same words beside them
    const neighbours = (sentence: string): readonly string[] => {
        const words = ['^', ...wordsOf(sentence)];
        return words.slice(1).map((word, at) => `${words[at]} ${word}`);
    };
    const counted = (sentences: readonly string[]): readonly string[] => sentences.flatMap(neighbours).toSorted();
    for (const [first, second] of mirrored)
        expect(counted([first.good, second.good]), first.good).toEqual(counted([first.bad, second.bad]));
});
