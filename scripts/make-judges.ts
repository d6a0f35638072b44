/**
 * Makes a teacher that reads, `reader` (a) or `second-reader` (b), from a corpus folder:
 *
 *     npm run make:judges -- <corpus folder> a|b [<folder of a finished pretraining run>]
 *
 * A small language model is pretrained on the documents of its share; then weights are fitted on passages of documents
 * that neither reader has seen, people's own against damaged ones, and figures printed for the corpus' held-out parts.
 * Every number that is fitted comes from the fitting share; `dev` and `test` are only looked at.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openReader } from '../src/main/engine/teachers/reading.ts';
import { openWorkbench } from '../src/main/service/workbench.ts';
import { readCheckpoint, writeCheckpoint } from '../src/main/student/checkpoints/checkpoint.ts';
import {
    measuresOf,
    normedFeatures,
    weightedSum,
    type FittedCriterion,
    type JudgeWeights,
} from '../src/main/teacher/judges/criteria.ts';
import { judgeFileVersion } from '../src/main/teacher/judges/judge-file.ts';
import { measureJudged, type JudgedFeature } from '../src/main/teacher/judges/judged-features.ts';
import { quantiles, type Norms } from '../src/main/teacher/rules/norms.ts';
import { readStory } from '../src/main/teacher/rules/reading.ts';
import { readRulesFile } from '../src/main/teacher/rules/statistics-file.ts';
import { composeConfig } from '../src/shared/run/config.ts';
import { kinds, specimens, type Kind } from './damaged-passages.ts';
import { printFigures, type Measured } from './judge-figures.ts';
import { writeReaderText } from './reader-text.ts';
import { fitSigned } from './signed-logistic.ts';

const settings = {
    'student.layers': 4,
    'student.width': 128,
    'student.heads': 4,
    'student.context': 128,
    'pretrain.packing': 'documents',
    'pretrain.batch': 16,
    'pretrain.optimiser': 'muon',
    'pretrain.lr': 0.004,
    'pretrain.schedule': 'cosine',
    'pretrain.validateEvery': 400,
    'runtime.kind': 'native', // the same bits on every machine, also on one with a GPU
    'runtime.threads': 1,
} as const;
const passagesToFit = 80; // of each source
const passagesToShow = 60;

/** The forms differ in what they look at too: the second knows no counts of words but those of its own reader. */
const forms = {
    a: {
        folder: 'reader',
        epochs: 2,
        countedWords: 1,
        leavesOut: ['adrift', 'headless'],
    },
    b: {
        folder: 'second-reader',
        epochs: 2,
        countedWords: 0,
        leavesOut: [
            ...['surprise', 'jolts', 'unseenPairs', 'unseenSteps', 'nonWords'],
            ...['topic', 'misplaced', 'strays', 'tenseBreaks', 'headless'],
        ],
    },
} as const satisfies Record<
    string,
    { folder: string; epochs: number; countedWords: number; leavesOut: readonly JudgedFeature[] }
>;

const [corpus, form, finishedRun] = process.argv.slice(2);
if (corpus === undefined || (form !== 'a' && form !== 'b')) {
    console.error('Say which corpus and which form: npm run make:judges -- <corpus folder> a|b [finished run]');
    process.exit(2);
}
const { folder, epochs, countedWords, leavesOut } = forms[form];
const target = join('resources', 'teacher', folder);
const { statistics } = readRulesFile('resources/teacher/english.rules');

const run = finishedRun ?? (await pretrain(corpus, form));
writeCheckpoint(target, readCheckpoint(join(run, 'checkpoints', 'final')), 'F16');
const reader = await openReader(target);

const fitting = await measure('fitting', passagesToFit, kinds);
const people = fitting.filter(({ kind }) => kind === 'whole');
const weights: JudgeWeights = {
    readability: fit('readability', ['words', 'swapped', 'replaced', 'broken']),
    coherence: fit('coherence', ['sentences', 'others']),
    norms: Object.fromEntries(
        normedFeatures.map((feature) => [
            feature,
            quantiles(people.map(({ features }) => features[feature])).map(rounded),
        ]),
    ) as unknown as Norms<(typeof normedFeatures)[number]>,
    countedWords,
};
const file = { version: judgeFileVersion, reader: reader.digest, ...weights };
writeFileSync(join(target, 'judge.json'), `${JSON.stringify(file, null, 2)}\n`);
for (const part of ['dev', 'test'] as const) {
    console.log(`-- ${part}`);
    printFigures(await measure(part, passagesToShow, ['whole', 'sentences', 'others', 'words', 'cut']), weights);
}
reader.release();

function rounded(value: number): number {
    return Number(value.toPrecision(6));
}

/** What was measured is kept beside the system's other scratch files, by reader and part: reading takes minutes. */
async function measure(part: 'fitting' | 'dev' | 'test', most: number, wanted: readonly Kind[]): Promise<Measured[]> {
    const cache = join(tmpdir(), `storyloop-judge-${reader.digest.slice(0, 12)}-${part}-${most}.json`);
    if (existsSync(cache)) return JSON.parse(readFileSync(cache, 'utf8')) as Measured[];
    const those = specimens(resolve(corpus!), part, most, wanted);
    const stories = those.map(({ story }) => ({ prompt: '', story, finished: true }));
    const readings = stories.map((story) => readStory(story, statistics));
    const features = await measureJudged(stories, readings, { statistics, reader });
    const measured = those.map((each, i) => ({ ...each, features: features[i]! }));
    writeFileSync(cache, JSON.stringify(measured));
    return measured;
}

/** Whole passages weigh as much as all damaged ones, each kind of damage as much as the others. */
function fit(criterion: keyof typeof measuresOf, damaged: readonly Kind[]): FittedCriterion {
    const measures = (Object.entries(measuresOf[criterion]) as [JudgedFeature, 1 | -1][]).filter(
        ([feature]) => !leavesOut.some((left) => left === feature),
    );
    const bounds = measures.map(([feature]) => {
        const sorted = fitting
            .filter(({ kind }) => kind === 'whole' || damaged.includes(kind))
            .map(({ features }) => features[feature])
            .toSorted((a, b) => a - b);
        return [sorted[Math.floor(0.01 * sorted.length)]!, sorted[Math.floor(0.99 * sorted.length)]!] as const;
    });
    const examples = fitting
        .filter(({ kind }) => kind === 'whole' || damaged.includes(kind))
        .map(({ kind, features }) => ({
            values: measures.map(([feature], f) => Math.min(bounds[f]![1], Math.max(bounds[f]![0], features[feature]))),
            isGood: kind === 'whole',
            weight: kind === 'whole' ? damaged.length : 1,
        }));
    const found = fitSigned(
        examples,
        measures.map(([, sign]) => sign),
    );
    const weights = Object.fromEntries(
        measures.flatMap(([feature], f) =>
            found[f] === 0
                ? []
                : [
                      [
                          feature,
                          { weight: rounded(found[f]!), low: rounded(bounds[f]![0]), high: rounded(bounds[f]![1]) },
                      ],
                  ],
        ),
    );
    return { weights, people: quantiles(people.map(({ features }) => weightedSum(features, { weights }))) };
}

async function pretrain(corpusFolder: string, share: 'a' | 'b'): Promise<string> {
    const scratch = mkdtempSync(join(tmpdir(), 'storyloop-reader-'));
    process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
    process.env['STORYLOOP_HOME'] = scratch;
    const text = join(scratch, 'text');
    writeReaderText(resolve(corpusFolder), share, text);
    const config = composeConfig('quick', { ...settings, 'pretrain.epochs': epochs });
    const handle = openWorkbench().pretrain({ name: folder, preset: 'quick', config, corpus: text });
    handle.onEvent((event) => {
        if (event.type === 'note') console.log(event.text);
    });
    const end = await handle.ended;
    if (end.kind !== 'finished') throw new Error(`pretraining ended early: ${JSON.stringify(end)}`);
    return handle.folder;
}
