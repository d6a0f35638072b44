/**
 * The trial inside the loop: now and then the policy writes fresh stories, always from the same seeds, and both the
 * teacher and a judge that never rewards rate them. It only looks: these stories have random streams of their own and
 * are never learned from, so a run learns the same with it as without.
 */
import type { EngineTask } from '../../../shared/contracts/engine.ts';
import { noJudge } from '../../../shared/ratings/teachers.ts';
import { totalOf } from '../../../shared/ratings/rubric.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import type { HoldOutReadingRecord } from '../../../shared/run/record.ts';
import { RandomStream } from '../../learning/random.ts';
import { requireFinite } from '../../student/finite.ts';
import type { Teacher } from '../../teacher/teacher.ts';
import { toRater } from '../teachers/rating-records.ts';
import { rateWhileWriting } from '../stories/rate-while-writing.ts';
import { holdOutSeeds, holdOutStream } from '../streams.ts';
import type { Reports, TaskClock, TeacherSource } from '../supervisor.ts';
import { openJudge } from '../teachers/judge-of.ts';
import type { Learner } from './learner.ts';

type LearnTask = Extract<EngineTask, { kind: 'learn' }>;

export interface HoldOut {
    /** Reads with the weights as they are now. */
    read(update: number): Promise<Pick<HoldOutReadingRecord, 'teacher' | 'judge' | 'seconds' | 'stories'>>;
    release(): Promise<void>;
}

/** Null where the configuration asks for none, or names no judge. */
export function createHoldOut(
    task: LearnTask,
    config: RunConfig,
    learner: Learner,
    supervisor: Reports & TaskClock & TeacherSource,
): HoldOut | null {
    if (config['holdout.every'] === 0 || config['evaluation.judge'] === noJudge) return null;
    const { writer, teacher } = learner;
    const seeds = holdOutSeeds(config['holdout.stories']);
    let open: Teacher | null = null;
    const judgeOf = async (): Promise<Teacher> => {
        if (open !== null) return open;
        open = (await openJudge(task, config, supervisor))!;
        supervisor.send({ type: 'rater', ...toRater(open.facts) });
        return open;
    };
    const closeJudge = async (): Promise<void> => {
        const closing = open;
        open = null;
        await closing?.release();
    };
    return {
        async read(update) {
            const began = supervisor.seconds();
            const announce = (done: number): void =>
                supervisor.send({ type: 'phase', phase: 'second judge reading', done, of: 2 * seeds.length });
            announce(0);
            const context = { update, training: false, random: new RandomStream('hold-out', 'teacher') };
            const { stories, ratings } = await rateWhileWriting(writer, teacher, seeds.map(holdOutStream), {
                context,
                onProgress: (_, rated) => announce(rated),
                seconds: () => supervisor.seconds(),
            });
            const judge = await judgeOf();
            const judged = await judge.rate(stories, { ...context, random: new RandomStream('hold-out', 'judge') });
            const kl = await driftOf(learner, stories);
            // a model in a file holds the memory that learning needs
            if (judge.facts.model !== undefined) await closeJudge();
            return {
                teacher: teacher.facts.id,
                judge: judge.facts.id,
                seconds: supervisor.seconds() - began,
                stories: stories.map(({ prompt, story, words, finished }, i) => ({
                    seed: seeds[i]!,
                    prompt,
                    story,
                    words,
                    finished,
                    kl: kl[i]!,
                    teacher: totalOf(teacher.facts.rubric.criteria, ratings[i]!),
                    judge: totalOf(judge.facts.rubric.criteria, judged[i]!),
                })),
            };
        },
        release: closeJudge,
    };
}

/** Σ over each story's tokens of log p(policy) − log p(reference), nats. (N) */
async function driftOf(
    { scorer, policy, reference, writer, config }: Learner,
    written: readonly { readonly tokens: Int32Array }[],
): Promise<readonly number[]> {
    const stories = written.map(({ tokens }) => ({ prompt: writer.promptTokens, story: tokens }));
    const { logprobs } = await scorer.score(policy, stories); // (N, R), 0 beyond the end
    const { logprobs: referenceLogprobs } = await scorer.score(reference, stories);
    requireFinite(logprobs, 'log-probabilities', 'second judge reading');
    const R = config['rollout.maxNewTokens'];
    return stories.map(({ story }, i) => {
        let sum = 0;
        for (let t = i * R; t < i * R + story.length; t++) sum += logprobs[t]! - referenceLogprobs[t]!;
        return sum;
    });
}
