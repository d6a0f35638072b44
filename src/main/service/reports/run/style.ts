/** Measures how a run's stories are written: over its updates, and before and after learning, at equal length. */
import type { Interval } from '../../../../shared/findings/gain-words.ts';
import type { StyleMeasure, StyleOpening, StyleReport, StyleWord } from '../../../../shared/views/style.ts';
import { mean } from '../../../learning/statistics/descriptive.ts';
import { wordOdds, type WordCounts, type WordOdds } from '../../../learning/statistics/log-odds.ts';
import { studentQuantile } from '../../../learning/statistics/student-t.ts';
import { readRunDatabase } from '../../../store/connection/open.ts';
import { evaluations, samplePairs } from '../../../store/run/evaluations.ts';
import { sampledStories } from '../../../store/run/stories/sampled-stories.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { firstWords, measureStyle, styleMeasures, wordsOf, type StyleMeasured } from '../../../text/style/measures.ts';
import { openTagger } from '../../../text/style/tagging.ts';

const mostPairs = 1000;
const mostStretches = 20;
const mostOfStretch = 150; // stories
const shortest = 10; // words: fewer say nothing of style
const longest = 100;
const shortPairsAllowed = 0.2;
const leastStories = 5; // that a word is in, before anything is said of it
const likely = 1.96; // |z|: one word in twenty by chance
const surely = 3.29; // one word in a thousand
const mostWords = 12;
const mostOpenings = 8;
const openingWords = 3;

const said: Readonly<Record<(typeof styleMeasures)[number], readonly [name: string, unit: string]>> = {
    variety: ['Variety of words', '% that differ'],
    repeats: ['Repetition', '% of word triples met before'],
    sentence: ['Sentence length', 'words'],
    dialogue: ['Dialogue', '% of the words'],
    past: ['Past tense', '% of tensed verbs'],
    self: ['First person', '% of words outside dialogue'],
    names: ['Named characters', 'different ones in a story'],
};

interface StoryTexts {
    readonly before: string;
    readonly after: string;
}

/** Null where the run has written no stories that are long enough. */
export function styleOfRun(database: string): StyleReport | null {
    return readRunDatabase(database, (db) => {
        const clean = cleanPairs(db);
        const { episodes, stretches } = sampledStories(db, mostStretches, mostOfStretch);
        const words = equalLength(
            clean.length > 0
                ? clean.map(({ before, after }) => Math.min(wordsOf(before).length, wordsOf(after).length))
                : stretches.flat().map(({ story }) => wordsOf(story).length),
        );
        if (words === null) return null;
        const tag = openTagger();
        const measure = (text: string): StyleMeasured => measureStyle(text, tag(text));
        const pairs = clean.flatMap(({ before, after }) => {
            const [early, late] = [firstWords(before, words), firstWords(after, words)];
            return early === null || late === null ? [] : [{ before: early, after: late }];
        });
        const measured = pairs.map(({ before, after }) => ({ before: measure(before), after: measure(after) }));
        const spans = stretches.flatMap((stories) => {
            const cut = stories.flatMap(({ story }) => firstWords(story, words) ?? []);
            if (cut.length < 2) return [];
            return [{ from: stories[0]!.update, to: stories.at(-1)!.update, measured: cut.map(measure) }];
        });
        const odds = pairs.length < leastStories ? [] : wordsThatMoved(pairs);
        return {
            words,
            pairs: pairs.length,
            shortPairs: clean.length - pairs.length,
            episodes,
            looked: spans.reduce((sum, span) => sum + span.measured.length, 0),
            measures: styleMeasures.map((id): StyleMeasure => ({
                id,
                name: said[id][0],
                unit: said[id][1],
                change: changeOf(measured.map(({ before, after }) => [before[id], after[id]])),
                points: spans.flatMap(({ from, to, measured: stories }) => {
                    const values = stories.flatMap((story) => story[id] ?? []);
                    return values.length < 2
                        ? []
                        : [{ from, to, stories: values.length, value: meanWithInterval(values) }];
                }),
            })),
            rose: shown(
                odds.filter(({ z }) => z > 0),
                pairs.length * words,
            ),
            fell: shown(
                odds.filter(({ z }) => z < 0),
                pairs.length * words,
            ),
            openings: openingsOf(pairs),
        };
    });
}

/** Of seeds spread over all of them. */
function cleanPairs(db: RunDatabase): readonly StoryTexts[] {
    const done = evaluations(db);
    const before = done.findLast(({ phase }) => phase === 'before');
    const after = done.findLast(({ phase }) => phase === 'after');
    if (!before || !after) return [];
    const all = samplePairs(db, before.id, after.id);
    const every = Math.max(1, Math.ceil(all.length / mostPairs));
    return all
        .filter((_, i) => i % every === 0)
        .map((pair) => ({ before: pair.before.story, after: pair.after.story }));
}

/** As many words as four in five have; null where that is next to none. */
function equalLength(lengths: readonly number[]): number | null {
    const sorted = lengths.toSorted((a, b) => a - b);
    const words = Math.min(longest, sorted[Math.floor(shortPairsAllowed * sorted.length)] ?? 0);
    return words < shortest ? null : words;
}

function changeOf(values: readonly (readonly [number | null, number | null])[]): StyleMeasure['change'] {
    const both = values.flatMap(([before, after]) => (before === null || after === null ? [] : [{ before, after }]));
    if (both.length < 2) return null;
    return {
        before: meanWithInterval(both.map(({ before }) => before)),
        after: meanWithInterval(both.map(({ after }) => after)),
        difference: meanWithInterval(both.map(({ before, after }) => after - before)),
    };
}

/** With Student's interval over stories. */
function meanWithInterval(values: readonly number[]): Interval {
    const centre = mean(values);
    const variance = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
    const half = studentQuantile(values.length - 1) * Math.sqrt(variance / values.length);
    return { mean: centre, low: centre - half, high: centre + half };
}

function wordsThatMoved(pairs: readonly StoryTexts[]): readonly WordOdds[] {
    const counts = (side: keyof StoryTexts): readonly WordCounts[] => pairs.map((pair) => countsOf(pair[side]));
    const [before, after] = [counts('before'), counts('after')];
    const inStories = new Map<string, number>();
    for (const story of [...before, ...after])
        for (const word of story.keys()) inStories.set(word, (inStories.get(word) ?? 0) + 1);
    return wordOdds(before, after).filter(
        ({ word, z, logOdds: { low, high } }) =>
            Math.abs(z) > likely && low * high > 0 && inStories.get(word)! >= leastStories,
    );
}

function countsOf(text: string): WordCounts {
    const counts = new Map<string, number>();
    for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    return counts;
}

function shown(odds: readonly WordOdds[], words: number): readonly StyleWord[] {
    return odds
        .toSorted((a, b) => Math.abs(b.z) - Math.abs(a.z))
        .slice(0, mostWords)
        .map(({ word, logOdds, z, counts: [before, after] }) => ({
            word,
            logOdds,
            z,
            isSure: Math.abs(z) > surely,
            perThousand: [(1000 * before) / words, (1000 * after) / words],
        }));
}

function openingsOf(pairs: readonly StoryTexts[]): readonly StyleOpening[] {
    const begun = pairs.map(({ before, after }) => ({ before: openingOf(before), after: openingOf(after) }));
    const times = new Map<string, number>();
    for (const opening of begun.flatMap(({ before, after }) => [before, after]))
        times.set(opening, (times.get(opening) ?? 0) + 1);
    return [...times]
        .filter(([, n]) => n >= leastStories)
        .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
        .slice(0, mostOpenings)
        .map(([opening]) => {
            const of = begun.map(({ before, after }) => [
                100 * Number(before === opening),
                100 * Number(after === opening),
            ]);
            const share = (side: 0 | 1): number => mean(of.map((pair) => pair[side]!));
            const difference = meanWithInterval(of.map(([before, after]) => after! - before!));
            return { opening, before: share(0), after: share(1), difference };
        });
}

const openingOf = (text: string): string => wordsOf(text).slice(0, openingWords).join(' ');
