/** Opens the second judge of a clean evaluation, which rates what the teacher has rated and never rewards. */
import type { EngineEvent, EngineTask } from '../../../shared/contracts/engine.ts';
import type { RatingRecord } from '../../../shared/run/record.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { noJudge } from '../../../shared/ratings/teachers.ts';
import { RandomStream } from '../../learning/random.ts';
import type { Teacher } from '../../teacher/teacher.ts';
import { toRater, toRatingRecords } from './rating-records.ts';
import type { Reports, TaskClock, TeacherSource } from '../supervisor.ts';
import { openTeacherOf } from './teacher-of.ts';

type EvaluationEvent = Extract<EngineEvent, { type: 'evaluation' }>;

/** Null where the configuration names no judge. */
export async function openJudge(
    task: Parameters<typeof openTeacherOf>[0],
    config: RunConfig,
    supervisor: Reports & TeacherSource,
): Promise<Teacher | null> {
    const teacher = config['evaluation.judge'];
    return teacher === noJudge ? null : openTeacherOf(task, { ...config, teacher, 'teacher.bias': 'none' }, supervisor);
}

const atOnce = 50; // stories at a time; a person who asks to pause waits no longer than these take

/**
 * The evaluation with the judge's ratings of its first `evaluation.judged` stories after the teacher's. The judge is
 * opened only for this, so that it takes no memory between two evaluations.
 * @param onJudged may throw in order to stop
 */
export async function judged(
    done: EvaluationEvent,
    task: Extract<EngineTask, { kind: 'learn' }>,
    config: RunConfig,
    supervisor: Reports & TaskClock & TeacherSource,
    onJudged: (fraction: number) => void,
): Promise<EvaluationEvent> {
    const judge = await openJudge(task, config, supervisor);
    if (judge === null) return done;
    try {
        supervisor.send({ type: 'rater', ...toRater(judge.facts) });
        const stories = done.samples.slice(0, config['evaluation.judged'] || done.samples.length);
        const random = new RandomStream('judge', stories[0]!.seed);
        const ratings: RatingRecord[] = [];
        for (let first = 0; first < stories.length; first += atOnce) {
            supervisor.send({ type: 'phase', phase: 'second judge reading', done: first, of: stories.length });
            onJudged(first / stories.length);
            const some = stories.slice(first, first + atOnce);
            const context = { update: done.evaluation.update, training: false, random, first };
            const given = await judge.rate(some, context);
            const at = supervisor.now();
            ratings.push(...some.flatMap(({ seed }, i) => toRatingRecords(given[i]!, seed, judge.facts, at)));
        }
        return { ...done, ratings: [...done.ratings, ...ratings] };
    } finally {
        await judge.release();
    }
}
