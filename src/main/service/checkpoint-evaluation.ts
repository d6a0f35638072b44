/**
 * Evaluates every kept checkpoint of runs, one after the other: by a teacher on stories from fixed seeds, or by
 * benchmarks. Results that are there are not computed again, so that starting again is also how to continue.
 */
import { createHash } from 'node:crypto';
import { ulid } from 'ulid';
import { ownPairs, type BenchmarkTask } from '../../shared/benchmarks/benchmarks.ts';
import type { EngineEvent } from '../../shared/contracts/engine.ts';
import { badInput } from '../../shared/faults.ts';
import { configKeys, fieldOf, type ConfigKey } from '../../shared/run/config.ts';
import { findBenchmarks } from '../benchmarks/find-tasks.ts';
import { openBenchmarks } from '../store/home/benchmarks.ts';
import { openCheckpointEvaluations, type NewCheckpointEvaluation } from '../store/home/checkpoint-evaluations.ts';
import { givenPath } from '../store/home/given-path.ts';
import { findRun } from '../store/home/workshop.ts';
import type { TaskRequest } from './previews.ts';
import { afterEnd } from './sessions/after-end.ts';
import type { TaskHandle } from './sessions/engine-session.ts';
import { learnedPrompt } from './sources/checkpoint-source.ts';
import { openHome } from './sources/home.ts';
import { keptRun, type KeptCheckpoint, type KeptRun } from './sources/kept-checkpoints.ts';
import { findRubric } from './sources/rubric-source.ts';
import { version } from './sources/version.ts';
import type { Workbench } from './workbench.ts';

/** One checkpoint, and what is still to be done with it. */
export interface CheckpointWork {
    readonly run: string;
    readonly checkpoint: KeptCheckpoint;
    /** Null: every result that was asked for is there. */
    readonly start: (() => TaskHandle) | null;
}

export interface EvaluationAsked extends TaskRequest {
    readonly runs: readonly string[];
    /** Settings that a person gave; all others of writing are taken from a run that learned. */
    readonly given: Readonly<Partial<Record<ConfigKey, string>>>;
}

/** The work to have stories of every checkpoint rated by one teacher. */
export function storiesOfCheckpoints(workbench: Workbench, asked: EvaluationAsked): readonly CheckpointWork[] {
    const home = openHome();
    const evaluations = openCheckpointEvaluations(home.home);
    try {
        const kept = keptRuns(home, asked.runs);
        const request = asItLearned(asked, kept);
        return checkpointsOf(kept).map(({ run, checkpoint }) => {
            const conditions = conditionsOf(request, checkpoint);
            const isThere = evaluations.of(checkpoint.digest).some((known) => known.conditions === conditions);
            const start = (): TaskHandle =>
                recording(workbench.evaluate({ ...request, from: checkpoint.folder }), home.home, (found) => ({
                    id: ulid(home.clock()),
                    createdAt: home.clock(),
                    storyloop: version,
                    checkpoint: checkpoint.folder,
                    digest: checkpoint.digest,
                    conditions,
                    ...found,
                }));
            return { run, checkpoint, start: isThere ? null : start };
        });
    } finally {
        evaluations.close();
        home.close();
    }
}

/**
 * The work to let every checkpoint read benchmarks: of each the tasks that these weights have not read in this folder.
 * @throws bad input where the folder has nothing of what was asked
 */
export function benchmarksOfCheckpoints(
    workbench: Workbench,
    asked: EvaluationAsked & { readonly data: string; readonly only: readonly BenchmarkTask[] },
): readonly CheckpointWork[] {
    const home = openHome();
    const data = asked.data === ownPairs ? ownPairs : givenPath(asked.data);
    const there: readonly BenchmarkTask[] =
        data === ownPairs ? ['grammar'] : findBenchmarks(data).tasks.map(({ task }) => task);
    const wanted = there.filter((task) => asked.only.length === 0 || asked.only.includes(task));
    if (wanted.length === 0)
        throw badInput(
            `There is nothing to read of what was asked in "${asked.data}"; nothing was started. Name the folder evaluation_data of the BabyLM challenge, or one of its tasks.`,
        );
    const record = openBenchmarks(home.home, home.clock);
    try {
        const known = record.list().filter((benchmark) => benchmark.data === data);
        return checkpointsOf(keptRuns(home, asked.runs)).map(({ run, checkpoint }) => {
            const read = known.filter(({ student }) => student?.digest === checkpoint.digest);
            const missing = wanted.filter(
                (name) =>
                    !read.some(({ tasks }) => tasks.some(({ task, done, items }) => task === name && done === items)),
            );
            // an unfinished reading can only be continued with exactly the tasks that it was begun with
            const begun = read.find(
                ({ finishedAt, only }) =>
                    finishedAt === null &&
                    missing.every((task) => only.includes(task)) &&
                    only.every((task) => wanted.includes(task)),
            );
            const only = begun?.only ?? missing;
            const start = (): TaskHandle => workbench.benchmark({ ...asked, from: checkpoint.folder, only });
            return { run, checkpoint, start: missing.length === 0 ? null : start };
        });
    } finally {
        record.close();
        home.close();
    }
}

/** @throws bad input for a run that has kept no checkpoint */
function keptRuns(home: ReturnType<typeof openHome>, typed: readonly string[]): readonly KeptRun[] {
    return typed.map((each) => {
        const run = keptRun(findRun(home, each, home.clock()));
        if (run.checkpoints.length > 0) return run;
        throw badInput(
            `The run "${run.name}" has no checkpoint yet; nothing was started. Continue it, or leave it out.`,
        );
    });
}

/** Checkpoints of the runs. Weights that several of them share, as the student they all began with, come once. */
function checkpointsOf(
    runs: readonly KeptRun[],
): readonly { readonly run: string; readonly checkpoint: KeptCheckpoint }[] {
    const seen = new Set<string>();
    return runs.flatMap(({ name, checkpoints }) =>
        checkpoints
            .filter(({ digest }) => !seen.has(digest) && seen.add(digest))
            .map((checkpoint) => ({ run: name, checkpoint })),
    );
}

type EvaluationRequest = TaskRequest & { readonly prompt?: string; readonly temperature?: number };

/**
 * All checkpoints write with the same settings, or their scores would not compare: those given, else those of the first
 * run that learned, else each its own.
 */
function asItLearned({ preset, config, given }: EvaluationAsked, runs: readonly KeptRun[]): EvaluationRequest {
    const learned = runs.find(({ kind }) => kind === 'learn')?.config.values;
    const prompt = given['rollout.prompt'] ?? learned?.['rollout.prompt'];
    const temperature = given['rollout.temperature'] ?? learned?.['rollout.temperature'];
    const longest = given['rollout.maxNewTokens'] === undefined ? learned?.['rollout.maxNewTokens'] : undefined;
    return {
        preset,
        config: longest === undefined ? config : { ...config, 'rollout.maxNewTokens': longest },
        ...(prompt === undefined ? {} : { prompt }),
        ...(temperature === undefined ? {} : { temperature: Number(temperature) }),
    };
}

/** What an evaluation finds, without the checkpoint that it belongs to. */
type FoundEvaluation = Pick<NewCheckpointEvaluation, 'teacher' | 'criteria' | 'results' | 'stories'>;

/** Records what the engine finds, once all of it is there. */
function recording(
    task: TaskHandle,
    home: string,
    whole: (found: FoundEvaluation) => NewCheckpointEvaluation,
): TaskHandle {
    let rater: Extract<EngineEvent, { type: 'rater' }> | null = null;
    let evaluated: Extract<EngineEvent, { type: 'evaluation' }> | null = null;
    task.onEvent((event) => {
        if (event.type === 'rater') rater = event;
        if (event.type === 'evaluation') evaluated = event;
    });
    return afterEnd(task, (end) => {
        if (end.kind !== 'finished') return;
        if (rater === null || evaluated === null) throw new Error('the engine evaluated nothing');
        const record = openCheckpointEvaluations(home);
        try {
            record.add(whole(foundIn(rater, evaluated)));
        } finally {
            record.close();
        }
    });
}

function foundIn(
    { rater, rubric }: Extract<EngineEvent, { type: 'rater' }>,
    { evaluation, samples, ratings }: Extract<EngineEvent, { type: 'evaluation' }>,
): FoundEvaluation {
    const own = new Map(ratings.filter((rating) => rating.rater === rater.id).map((rating) => [rating.story, rating]));
    return {
        teacher: { id: rater.id, name: rater.name },
        criteria: rubric.criteria,
        results: evaluation.results,
        stories: samples.map(({ seed, story, words, finished }) => {
            const rating = own.get(seed);
            return { seed, story, words, finished, scores: rating?.kind === 'scored' ? rating.scores : null };
        }),
    };
}

/** The settings on which an evaluation's result depends; not those of devices, patience and the like. */
const telling = configKeys.filter(
    (key) =>
        fieldOf(key).jobs.includes('evaluate') &&
        !/^(runtime\.|record\.|teacher\.(cache|device|threads|inFlight|patience|retries)$)/u.test(key),
);

function conditionsOf({ config, temperature, prompt }: EvaluationRequest, { folder }: KeptCheckpoint): string {
    const settings = Object.fromEntries(telling.map((key) => [key, config[key]]));
    const rubric = findRubric(config['teacher.rubric']);
    return JSON.stringify({
        ...settings,
        'teacher.rubric': `${rubric.name} ${createHash('sha256').update(rubric.text).digest('hex').slice(0, 16)}`,
        'rollout.prompt': prompt ?? learnedPrompt(folder) ?? config['rollout.prompt'],
        'rollout.temperature': temperature ?? 'its own',
    });
}
