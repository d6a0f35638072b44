/** Measures and rates readability: do words follow each other as in English, in whole sentences, without slips? */
import { wordKind, type LanguageStatistics } from './language-statistics.ts';
import { likeFew, notBeyond, within, type Norms } from './norms.ts';
import { stepLength } from './seen-filter.ts';
import { slips } from './slips.ts';
import type { ParsedStory, StorySentence } from './reading.ts';
import { danglers, finiteAuxiliaries, joiners, subjects } from './word-lists.ts';

export type ReadabilityFeature =
    | 'surprise'
    | 'jolts'
    | 'unseenPairs'
    | 'unseenSteps'
    | 'nonWords'
    | 'broken'
    | 'slips'
    | 'sentenceWords'
    | 'longest'
    | 'joins'
    | 'marks';
export type ReadabilityFeatures = Readonly<Record<ReadabilityFeature, number>>;

/** A word class more surprising than this many bits counts as a jolt, at which a reader stumbles. */
const joltBits = 9;

export function measureReadability(reading: ParsedStory, statistics: LanguageStatistics): ReadabilityFeatures {
    const { tokens, ids, classes, sentences, words, nameLike } = reading;
    let bits = 0;
    let jolts = 0;
    let unseen = 0;
    let pairs = 0;
    let unseenSteps = 0;
    let nonWords = 0;
    const newNames = new Set<string>();
    let joined = 0;
    let marks = 0;
    let [a, b] = reading.before;
    for (let i = 0; i < tokens.length; i++) {
        const c = classes[i]!;
        const surprise = statistics.surprise(a, b, c);
        bits += surprise;
        if (surprise > joltBits) jolts++;
        [a, b] = [b, c];
        if (i > 0 && (tokens[i]!.kind === 'word' || tokens[i - 1]!.kind === 'word')) {
            pairs++;
            if (!statistics.hasPair(ids[i - 1]!, ids[i]!)) unseen++;
        }
        if (i + stepLength <= tokens.length && !statistics.hasStep(classes, i)) unseenSteps++;
        if (tokens[i]!.kind === 'mark') marks++;
        else if (ids[i] === 0 && nameLike[i] === 0) nonWords++;
        else if (ids[i] === 0) {
            nonWords += newNames.has(tokens[i]!.lower) ? 0.1 : 0.4; // a made-up name costs less, repeated even less
            newNames.add(tokens[i]!.lower);
        }
        if (joiners.has(tokens[i]!.lower) || tokens[i]!.text === ';') joined++;
    }
    const lengths = sentences.map((sentence) => sentence.words.length);
    const whole = sentences.reduce(
        (sum, sentence, at) => sum + wholeness(reading, sentence, at) * sentence.words.length,
        0,
    );
    const count = Math.max(1, tokens.length);
    return {
        surprise: bits / count,
        jolts: jolts / count,
        unseenPairs: unseen / Math.max(1, pairs),
        unseenSteps: unseenSteps / Math.max(1, tokens.length - stepLength + 1),
        nonWords: nonWords / Math.max(25, words),
        broken: 1 - whole / Math.max(1, words),
        slips: slips(reading) / Math.max(25, words),
        sentenceWords: words / Math.max(1, sentences.length),
        longest: Math.max(0, ...lengths),
        joins: joined / Math.max(1, sentences.length),
        marks: marks / Math.max(1, words),
    };
}

/** How whole a sentence is, 0–1: it has a subject, a finite verb, a capital, and does not end on "the" or "of". */
export function wholeness(reading: ParsedStory, { from, words, ended }: StorySentence, at: number): number {
    const { tokens, kinds, nameLike } = reading;
    if (words.length < 2 || !ended) return 0;
    let subject = false;
    let verb = false;
    for (const i of words) {
        const { lower } = tokens[i]!;
        if (subjects.has(lower) || nameLike[i] === 1 || (kinds[i]! & (wordKind.noun | wordKind.name)) !== 0)
            subject = true;
        if (finiteAuxiliaries.has(lower) || (kinds[i]! & wordKind.finiteVerb) !== 0) verb = true;
    }
    const first = tokens[words[0]!]!;
    const capital = first.text[0] !== first.lower[0] || (at === 0 && reading.continues && from === 0);
    const last = tokens[words.at(-1)!]!.lower;
    const brevity = Math.min(1, words.length / 4);
    return brevity * ((subject && verb ? 0.6 : 0) + (danglers.has(last) ? 0 : 0.2) + (capital ? 0.2 : 0));
}

/** 0–3 */
export function rateReadability(features: ReadabilityFeatures, norms: Norms<ReadabilityFeature>): number {
    const language =
        0.35 * likeFew(features.surprise, norms.surprise) +
        0.2 * likeFew(features.jolts, norms.jolts) +
        0.2 * likeFew(features.unseenPairs, norms.unseenPairs) +
        0.25 * likeFew(features.unseenSteps, norms.unseenSteps);
    const sentences = 1 - Math.min(1, 1.3 * features.broken);
    const fluency = language * (0.3 + 0.7 * sentences);
    const shape =
        within(features.sentenceWords, norms.sentenceWords) *
        notBeyond(features.longest, norms.longest) *
        notBeyond(features.joins, norms.joins) *
        within(features.marks, norms.marks);
    return 3 * fluency * (0.55 + 0.45 * shape) * Math.exp(-11 * features.nonWords - 8 * features.slips);
}
