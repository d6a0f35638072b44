/**
 * Storyloop's own minimal pairs: two sentences that differ in one word, the grammatical one first. They are made, not
 * downloaded, always the same ones, and few enough to be read many times during a run.
 */
import type { BenchmarkItem } from '../../../shared/benchmarks/benchmarks.ts';
import { RandomStream } from '../../learning/random.ts';
import { phenomena, type MirroredFrame, type Phenomenon } from './phenomena.ts';

/** Changes with every change of a sentence: scores of different batteries are not compared. */
export const batteryName = 'storyloop-grammar-1';

export const isOwnBattery = (name: string): boolean => name.startsWith('storyloop-grammar-');

export const framesEach = 25; // each makes two pairs

/** The same pairs at every call, phenomenon by phenomenon; the two that mirror each other stand side by side. */
export function grammarBattery(): readonly BenchmarkItem[] {
    const said = new Set<string>();
    return (Object.keys(phenomena) as Phenomenon[]).flatMap((name) =>
        framesOf(name, said)
            .flatMap(pairsOf)
            .map(([good, bad], index) => ({
                task: 'grammar' as const,
                uid: name,
                index,
                labels: {},
                texts: [whole(good), whole(bad)],
                human: {},
            })),
    );
}

/** Frames of which no sentence was said before. */
function framesOf(name: Phenomenon, said: Set<string>): readonly MirroredFrame[] {
    const random = new RandomStream(batteryName, name);
    const frames: MirroredFrame[] = [];
    while (frames.length < framesEach) {
        const frame = phenomena[name](random);
        const sentences = pairsOf(frame).flat();
        if (sentences.some((sentence) => said.has(sentence))) continue;
        for (const sentence of sentences) said.add(sentence);
        frames.push(frame);
    }
    return frames;
}

function pairsOf({ beginnings, keys, ends }: MirroredFrame): readonly (readonly [string, string])[] {
    return ([0, 1] as const).map((which) => {
        const sentence = (key: string): string => `${beginnings[which]} ${key}${ends[which]}`;
        return [sentence(keys[which]), sentence(keys[1 - which]!)];
    });
}

const whole = (text: string): BenchmarkItem['texts'][number] => ({ kind: 'span', text, from: 0 });
