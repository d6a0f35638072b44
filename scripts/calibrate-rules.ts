/**
 * Makes the table of docs/teacher-rules.md: how the teacher `rules` rates people's passages, the same passages damaged
 * in known ways, and stories from n-gram models.
 * npm run calibrate:rules -- <corpus folder to learn n-grams from> <folder of held-out passages>
 */
import { RandomStream } from '../src/main/learning/random.ts';
import {
    measureStory,
    rateFeatures,
    type RuleScores,
    type StoryFeatures,
} from '../src/main/teacher/rules/rules-teacher.ts';
import { readStory } from '../src/main/teacher/rules/reading.ts';
import { readRulesFile } from '../src/main/teacher/rules/statistics-file.ts';
import type { StoryToRate } from '../src/main/teacher/teacher.ts';
import { NgramWriter } from './ngram-writer.ts';
import { passagesOf, readDocuments, sentencesOf } from './story-passages.ts';

const [trainFolder, heldOutFolder] = process.argv.slice(2);
if (trainFolder === undefined || heldOutFolder === undefined) {
    console.error(
        'Say where the corpus and the held-out passages are: npm run calibrate:rules -- <corpus folder> <held-out folder>',
    );
    process.exit(2);
}
const { statistics, norms } = readRulesFile('resources/teacher/english.rules');
const random = new RandomStream('calibrate-rules');
const corpusFiles = /\.(?:train|dev|test|txt)$/u;
const passages = (folder: string): string[] =>
    readDocuments(folder, corpusFiles).flatMap((document, at) => passagesOf(document, random.fork('cut', at)));

const people = passages(heldOutFolder);
const reading = passages(trainFolder);
const shuffled = (words: readonly string[], at: number): string[] =>
    [...random.fork('shuffle', at).permutation(words.length)].map((i) => words[i]!);
const sentences = people.flatMap(sentencesOf);
const unrelated = (at: number, count: number): string =>
    Array.from({ length: count }, (_, i) => sentences[random.fork('unrelated', at, i).integer(sentences.length)]).join(
        ' ',
    );

const whole = (story: string): StoryToRate => ({ prompt: '', story, finished: true });
const rows: readonly (readonly [string, readonly StoryToRate[]])[] = [
    ['people', people.map(whole)],
    ['people’s, not ended', people.map((story) => ({ prompt: '', story, finished: false }))],
    [
        'people’s, cut off',
        people.map((story) => ({ prompt: '', story: story.split(' ').slice(0, -4).join(' '), finished: false })),
    ],
    [
        'people’s sentences, shuffled order',
        people.map((story, at) => whole(shuffled(sentencesOf(story), at).join(' '))),
    ],
    ['unrelated sentences of people', people.map((story, at) => whole(unrelated(at, sentencesOf(story).length)))],
    ['words shuffled', people.map((story, at) => whole(shuffled(story.split(' '), at).join(' ')))],
    ['one sentence four times', people.map((story) => whole(Array(4).fill(sentencesOf(story)[0]).join(' ')))],
    ['copied from the corpus', reading.slice(0, 1000).map(whole)],
    ...[4, 3, 2].map((order): readonly [string, readonly StoryToRate[]] => {
        const writer = new NgramWriter(reading, order);
        return [
            `${order}-gram stories`,
            Array.from({ length: 500 }, (_, at) => writer.write(random.fork('write', order, at), 80)),
        ];
    }),
];

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const total = ({ readability, coherence, creativity }: RuleScores): number => readability + coherence + creativity;
const table: { name: string; features: StoryFeatures[]; scores: RuleScores[] }[] = [];
for (const [name, stories] of rows) {
    const started = performance.now();
    const features = stories.map((story) => measureStory(readStory(story, statistics), statistics));
    const scores = features.map((measured) => rateFeatures(measured, norms, 1));
    const milliseconds = (performance.now() - started) / stories.length;
    const totals = scores.map(total);
    const spread = Math.sqrt(mean(totals.map((value) => (value - mean(totals)) ** 2)));
    const columns = (['readability', 'coherence', 'creativity'] as const).map((criterion) =>
        mean(scores.map((score) => score[criterion])),
    );
    console.log(
        `| ${name.padEnd(35)} | ${columns.map((value) => value.toFixed(2)).join(' | ')} | ${mean(totals).toFixed(2)} | ${spread.toFixed(2)} | ${milliseconds.toFixed(2)} |`,
    );
    table.push({ name, features, scores });
}
if (process.argv.includes('--features'))
    for (const feature of Object.keys(table[0]!.features[0]!) as (keyof StoryFeatures)[])
        console.log(
            feature.padEnd(18),
            table
                .map(({ features }) =>
                    mean(features.map((measured) => measured[feature]))
                        .toFixed(3)
                        .padStart(7),
                )
                .join(' '),
        );
if (process.argv.includes('--stories'))
    for (const { name, scores } of table.slice(-3)) {
        const stories = rows.find(([row]) => row === name)![1];
        for (let i = 0; i < 3; i++) console.log(total(scores[i]!).toFixed(2), stories[i]!.story);
    }
