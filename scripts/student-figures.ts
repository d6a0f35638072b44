/** What a student can do, in figures: how well it foretells tales it never read, and what its own stories are like. */
import { foldTemperature } from '../src/main/engine/stories/open-student.ts';
import { openWriter } from '../src/main/engine/stories/writing.ts';
import { RandomStream } from '../src/main/learning/random.ts';
import { quantile } from '../src/main/learning/statistics/descriptive.ts';
import type { ReadCheckpoint } from '../src/main/student/checkpoints/checkpoint.ts';
import { languageModelParameters } from '../src/main/student/gpt2/parameters.ts';
import { openRuntime } from '../src/main/student/runtime/open.ts';
import { createSequenceScorer } from '../src/main/student/scoring/sequence-scorer.ts';
import { loadWeights } from '../src/main/student/weights.ts';
import { composeConfig } from '../src/shared/run/config.ts';
import { CopyFinder, type CopiedRun } from '../src/main/text/copying.ts';
import { countWords } from '../src/main/text/words.ts';
import { corpusDocuments } from './corpus-shares.ts';
import { normalise } from './story-passages.ts';
import { passagesOfAll } from './student-text.ts';

const samples = 300;
const longestPassage = 75; // words

export interface StudentFigures {
    /** Of the corpus' test part of fairy tales, passages read from their beginning. */
    readonly natsPerWord: number;
    readonly stories: number;
    /** Mean. */
    readonly words: number;
    /** Shares of the stories. */
    readonly ended: number;
    readonly withUnknownWord: number;
    /** Longest run of words that is in the corpus too. */
    readonly copied: { readonly median: number; readonly longest: CopiedRun };
    readonly examples: readonly string[];
}

export interface HowToTell {
    readonly prompt: string;
    readonly maxNewTokens: number;
    readonly temperature: number;
}

/** @throws bad input for a student that cannot be run */
export async function studentFigures(
    { config, tokenizer, weights }: ReadCheckpoint,
    corpus: string,
    { prompt, maxNewTokens, temperature }: HowToTell,
): Promise<StudentFigures> {
    const runtime = await openRuntime({ kind: 'processor', threads: 1 });
    const parameters = languageModelParameters(config);
    const asIs = loadWeights(runtime, parameters, weights);
    const scorer = createSequenceScorer(runtime, config, asIs);
    const random = new RandomStream('student figures');
    const passages = corpusDocuments(corpus, /fairy_tales\.test$/u)
        .flatMap(({ text }, at) => passagesOfAll(text, random.fork(at)))
        .filter((text) => countWords(text) <= longestPassage);
    const read = passages
        .map((text) => ({ ids: [tokenizer.endOfText, ...tokenizer.encode(text)], from: 1, words: countWords(text) }))
        .filter(({ ids }) => ids.length <= config.context);
    const sums = (await scorer.score(read.map((passage) => [passage]))).flat();
    scorer.release();
    const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

    const told = loadWeights(runtime, parameters, foldTemperature(weights, temperature));
    const written = composeConfig('quick', { 'rollout.prompt': prompt, 'rollout.maxNewTokens': maxNewTokens });
    const writer = await openWriter(runtime, config, told, tokenizer, written, { temperature: 1, stories: samples });
    const stories = await writer.write(Array.from({ length: samples }, (_, i) => new RandomStream('recital', i)));
    writer.release();
    runtime.release();
    const documents = corpusDocuments(corpus, /\.train$/u).map(({ text }) => normalise(text));
    const known = new Set(documents.flatMap(lowerCaseWords));
    const finder = new CopyFinder(documents);
    const copied = stories.map(({ story }) => finder.longestRun(story)).toSorted((a, b) => a.length - b.length);
    return {
        natsPerWord: -total(sums) / total(read.map(({ words }) => words)),
        stories: samples,
        words: total(stories.map(({ words }) => words)) / samples,
        ended: stories.filter(({ finished }) => finished).length / samples,
        withUnknownWord:
            stories.filter(({ story }) => lowerCaseWords(story).some((word) => !known.has(word))).length / samples,
        copied: {
            median: quantile(
                copied.map(({ length }) => length),
                0.5,
            ),
            longest: copied.at(-1)!,
        },
        examples: stories.slice(0, 50).map(({ story }) => `${prompt}${story}`),
    };
}

/** Whole words without a capital letter: names may be new, other words should not be. */
function lowerCaseWords(text: string): string[] {
    return text.match(/(?<![\p{L}'])\p{Ll}+(?:'\p{Ll}+)*(?![\p{L}'])/gu) ?? [];
}
