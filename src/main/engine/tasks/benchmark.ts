/**
 * The task `benchmark`: a student reads zero-shot tasks and says how likely it finds each text of each item. Scores are
 * counted elsewhere (`benchmarks/`). Items are recorded a stretch at a time, so that a pause or a crash loses one
 * stretch at most.
 */
import { createHash } from 'node:crypto';
import { benchmarkNames } from '../../../shared/benchmarks/results.ts';
import { ownPairs, type BenchmarkItem, type BenchmarkTask } from '../../../shared/benchmarks/benchmarks.ts';
import type { EngineTask } from '../../../shared/contracts/engine.ts';
import { badInput } from '../../../shared/faults.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { findBenchmarks, readTask } from '../../benchmarks/find-tasks.ts';
import { batteryName, grammarBattery } from '../../benchmarks/grammar/battery.ts';
import { gpuRooms } from '../../student/gpu-room.ts';
import { parameterCount } from '../../student/gpt2/config.ts';
import { createSequenceScorer } from '../../student/scoring/sequence-scorer.ts';
import { scoreItems } from '../scoring-items.ts';
import { engineRuntime } from '../device.ts';
import { openStudent } from '../stories/open-student.ts';
import type { Outcome, Supervisor } from '../supervisor.ts';

type BenchmarkTaskOrder = Extract<EngineTask, { kind: 'benchmark' }>;

/** The work of one stretch, in multiplications: about a second on two cores. A crash loses as much. */
const stretchWork = 2e11;
const fewestTokens = 4096; // of a stretch; with fewer, most rows of the scorer would be padding
const mostTokens = 16_384; // while a stretch is recorded, nobody answers the window
const lettersPerToken = 4; // about, in English

interface TaskReading {
    readonly task: BenchmarkTask;
    readonly dataset: string;
    readonly digest: string;
    readonly items: readonly BenchmarkItem[];
}

export async function readBenchmarks(task: BenchmarkTaskOrder, supervisor: Supervisor): Promise<Outcome> {
    const { values: config } = readStoredConfig(task.config);
    const say = (text: string): void => supervisor.send({ type: 'note', text });
    const readings = readTasks(task, say);
    const { checkpoint, runtime, weights } = await openStudent(
        task.from,
        () => engineRuntime(config, supervisor),
        supervisor,
    );
    const { context, vocabulary } = checkpoint.config;
    const parameters = parameterCount(checkpoint.config);
    await supervisor.commit({
        type: 'benchmarking',
        student: {
            digest: checkpoint.digest,
            parameters,
            context,
            vocabulary,
            words: checkpoint.origin?.words ?? null,
            tokens: checkpoint.origin?.tokens ?? null,
        },
        tasks: readings.map(({ items, ...plan }) => ({ ...plan, items: items.length })),
    });
    const room = gpuRooms(runtime, checkpoint.config, false)?.readingAlone ?? null;
    const scorer = createSequenceScorer(runtime, checkpoint.config, weights, room);
    const progress = progressOver(readings, supervisor);
    const stretchTokens = Math.min(mostTokens, Math.max(fewestTokens, stretchWork / parameters));
    try {
        for (const { task: name, digest, items } of readings) {
            const before = task.done[name];
            let done = before?.digest === digest ? before.items : 0;
            progress.read(items.slice(0, done));
            let tooLong = 0;
            while (done < items.length) {
                if (supervisor.pauseAsked()) return { kind: 'paused' };
                supervisor.send({ type: 'phase', phase: 'reading benchmarks', done, of: items.length });
                const stretch = items.slice(done, done + stretchLength(items, done, stretchTokens));
                const scored = await scoreItems(stretch, checkpoint.tokenizer, context, scorer);
                tooLong += scored.filter(({ logprobs }) => logprobs.includes(null)).length;
                await supervisor.commit({ type: 'scored', task: name, items: scored });
                done += stretch.length;
                progress.read(stretch);
            }
            if (tooLong > 0)
                say(
                    `${benchmarkNames[name]}: ${tooLong} of ${items.length} items are longer than the ${context} tokens this student reads, and are not counted.`,
                );
        }
    } finally {
        scorer.release();
        runtime.release();
    }
    return { kind: 'finished', why: 'all benchmarks are read' };
}

/** Reads the items of the tasks. @throws bad input where there is nothing to read */
function readTasks({ data, only }: BenchmarkTaskOrder, say: (text: string) => void): readonly TaskReading[] {
    if (data === ownPairs) {
        const items = grammarBattery();
        return [{ task: 'grammar', dataset: batteryName, digest: digestOf(items), items }];
    }
    const { tasks, remarks } = findBenchmarks(data);
    remarks.forEach(say);
    const wanted = tasks.filter(({ task }) => only.length === 0 || only.includes(task));
    const readings = wanted.flatMap((found) => {
        const { items, remarks: ofTask } = readTask(found);
        ofTask.forEach(say);
        return items.length === 0 ? [] : [{ task: found.task, dataset: found.dataset, digest: digestOf(items), items }];
    });
    if (readings.length > 0) return readings;
    const asked = only.map((task) => benchmarkNames[task]).join(', ');
    throw badInput(
        `There is nothing to read of ${asked || 'any benchmark'} in "${data}"; nothing was started. Name the folder evaluation_data of the BabyLM challenge, or one of its tasks.`,
    );
}

function digestOf(items: readonly BenchmarkItem[]): string {
    const hash = createHash('sha256');
    for (const { uid, index, texts } of items) hash.update(JSON.stringify([uid, index, texts]));
    return hash.digest('hex');
}

/** How many of the next items have about this many tokens. */
function stretchLength(items: readonly BenchmarkItem[], from: number, tokens: number): number {
    let length = 0;
    for (let letters = 0; from + length < items.length && letters < lettersPerToken * tokens; length++)
        letters += lettersOf(items[from + length]!);
    return length;
}

function lettersOf({ texts }: BenchmarkItem): number {
    return texts.reduce((sum, text) => sum + (text.kind === 'span' ? text.text : text.context).length, 0);
}

/** Measures progress over all tasks by the length of texts. */
function progressOver(
    readings: readonly TaskReading[],
    supervisor: Supervisor,
): { readonly read: (items: readonly BenchmarkItem[]) => void } {
    const lengthOf = (items: readonly BenchmarkItem[]): number => items.reduce((sum, item) => sum + lettersOf(item), 0);
    const all = readings.reduce((sum, { items }) => sum + lengthOf(items), 0);
    let read = 0;
    return {
        read(items) {
            read += lengthOf(items);
            supervisor.send({ type: 'progress', done: all === 0 ? 1 : Math.min(1, read / all) });
        },
    };
}
