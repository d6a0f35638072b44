/**
 * Zero-shot tasks of the official size, as the engine reads them, with the shipped student: how long it takes, and how
 * its rate compares to that of scoring stories, which is measured in between.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { sequencesAtOnce } from '../../src/main/engine/at-once.ts';
import { readBenchmarks } from '../../src/main/engine/tasks/benchmark.ts';
import type { Supervisor } from '../../src/main/engine/supervisor.ts';
import { shippedStudentFolder } from '../../src/main/service/sources/checkpoint-source.ts';
import { readCheckpoint, type ReadCheckpoint } from '../../src/main/student/checkpoints/checkpoint.ts';
import { policyParameters } from '../../src/main/student/gpt2/parameters.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import { createScorer } from '../../src/main/student/scoring/scorer.ts';
import { loadWeights } from '../../src/main/student/weights.ts';
import { tokensOf } from '../../src/main/text/scored-text.ts';
import type { BenchmarkTask, ReadItem } from '../../src/shared/benchmarks/benchmarks.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { configVersion } from '../../src/shared/run/stored-config.ts';
import { forwardOperations } from './gemm-peak.ts';
import { median, secondsOf, type Bench, type Work } from './measuring.ts';
import { writePairs, writeTracking } from './official-size.ts';
import { writtenStories } from './ppo.ts';
import { atLeast, atMost } from './row.ts';
import { longestStory, promptTokens, untrained } from './students.ts';

const trackingQuestions = 1000; // of 9,483: enough for a rate
const betweenScoring = 8192; // items read between two rounds of stories

export const evaluate: Bench = {
    name: 'evaluate',
    isLong: true,
    async measure({ threads }) {
        const folder = mkdtempSync(join(tmpdir(), 'storyloop-bench-'));
        try {
            writePairs(folder);
            writeTracking(folder, trackingQuestions);
            const student = readCheckpoint(shippedStudentFolder()!);
            const stories = await storyScoring(student, threads);
            await stories.work(); // compiles
            const pairs = await reading(student, folder, threads, ['blimp', 'supplement'], stories);
            const tracking = await reading(student, folder, threads, ['entity_tracking'], stories);
            stories.release();
            const made = 'made-up text of the official size';
            const target = atLeast(0.7);
            return [
                {
                    name: 'evaluate.pairs',
                    value: pairs.seconds,
                    unit: `s for ${pairs.items} pairs`,
                    target: atMost(180),
                    note: `BLiMP and supplement: ${made}, files and all`,
                },
                {
                    name: 'evaluate.pairs-processor',
                    value: pairs.processorSeconds / threads,
                    unit: 's of the processor, over threads',
                    note: 'what a quiet machine would take at most',
                },
                { name: 'evaluate.pairs-ratio', value: pairs.ratio, unit: '× the rate of scoring stories', target },
                {
                    name: 'evaluate.tracking',
                    value: tracking.seconds,
                    unit: `s for ${tracking.items} questions`,
                    note: 'entity tracking: made-up questions, each as long as an official one',
                },
                {
                    name: 'evaluate.tracking-ratio',
                    value: tracking.ratio,
                    unit: '× the rate of scoring stories',
                    target,
                    note: 'what all five answers share is counted once',
                },
            ];
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    },
};

interface StoryScoring {
    readonly work: Work;
    readonly operations: number;
    release(): void;
}

async function storyScoring({ config: student }: ReadCheckpoint, threads: number): Promise<StoryScoring> {
    const runtime = await openRuntime({ kind: 'processor', threads });
    const policy = loadWeights(runtime, policyParameters(student), untrained(student));
    const limits = { shortestPrompt: promptTokens, longestPrompt: promptTokens, longestStory };
    const microBatch = sequencesAtOnce(composeConfig('paper', {}), student, promptTokens + longestStory - 1, 60);
    const scorer = createScorer(runtime, student, { ...limits, microBatch });
    const stories = writtenStories(student, 120, 40);
    return {
        work: () => scorer.score(policy, stories),
        operations: stories.reduce(
            (sum, { prompt, story }) =>
                sum + forwardOperations(student, prompt.length + story.length - 1, story.length),
            0,
        ),
        release() {
            scorer.release();
            runtime.release();
        },
    };
}

interface Reading {
    readonly items: number;
    readonly seconds: number;
    readonly processorSeconds: number; // of all threads together
    /** Operations a second over those of scoring stories, which took turns with it. */
    readonly ratio: number;
}

/** The engine's own task; nobody keeps its record. Stories are scored while it waits for a stretch to be kept. */
async function reading(
    student: ReadCheckpoint,
    folder: string,
    threads: number,
    only: BenchmarkTask[],
    stories: StoryScoring,
): Promise<Reading> {
    const config = {
        version: configVersion,
        preset: 'quick',
        values: composeConfig('quick', { 'runtime.threads': threads }),
    } as const;
    const ratios: number[] = [];
    let items = 0;
    let [seconds, processorSeconds] = [0, 0];
    let began = clocks();
    let operations = 0;
    let since = { items: 0, seconds: 0, operations: 0 };
    const stop = (): void => {
        const now = clocks();
        seconds += now.seconds - began.seconds;
        processorSeconds += now.processor - began.processor;
    };
    const supervisor: Pick<Supervisor, 'send' | 'commit' | 'pauseAsked'> = {
        send: () => undefined,
        pauseAsked: () => false,
        async commit(event) {
            stop();
            if (event.type === 'scored') {
                items += event.items.length;
                operations += operationsOf(event.items, student);
                if (items - since.items >= betweenScoring || items === trackingQuestions) {
                    const rate = (operations - since.operations) / (seconds - since.seconds);
                    ratios.push(rate / (stories.operations / (await secondsOf(stories.work))));
                    since = { items, seconds, operations };
                }
            }
            began = clocks();
        },
    };
    await readBenchmarks(
        { kind: 'benchmark', config, from: shippedStudentFolder()!, data: folder, only, done: {} },
        supervisor as Supervisor,
    );
    stop();
    return { items, seconds, processorSeconds, ratio: median(ratios) };
}

function clocks(): { readonly seconds: number; readonly processor: number } {
    const { user, system } = process.cpuUsage();
    return { seconds: performance.now() / 1000, processor: (user + system) / 1e6 };
}

/** What the texts share is read once, and padding is nothing done. */
function operationsOf(items: readonly ReadItem[], { config, tokenizer }: ReadCheckpoint): number {
    return items.reduce((sum, { item }) => {
        const texts = item.texts.map((text) => tokensOf(text, tokenizer)[0]!);
        const [first] = texts;
        let shared = 0;
        while (texts.every(({ ids }) => shared < ids.length && ids[shared] === first!.ids[shared])) shared++;
        const tokens = texts.reduce((all, { ids }) => all + ids.length - shared, shared);
        const predicted = texts.reduce(
            (all, { ids, from }) => all + ids.length - Math.max(shared, from, 1),
            Math.max(0, shared - Math.max(1, first!.from)),
        );
        return sum + forwardOperations(config, tokens, predicted);
    }, 0);
}
