/** The task `rescore`: rates stories of the record again, by another teacher, reading or rubric. Nothing is trained. */
import type { EngineTask } from '../../../shared/contracts/engine.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { RandomStream } from '../../learning/random.ts';
import type { TeacherFacts } from '../../teacher/teacher.ts';
import { requireRated } from '../teachers/rated-none.ts';
import { toRater, toRatingRecords, type Rater } from '../teachers/rating-records.ts';
import type { Outcome, Reports, Requests, StoredStories, TaskClock, TeacherSource } from '../supervisor.ts';
import { openTeacherOf } from '../teachers/teacher-of.ts';

type RescoreTask = Extract<EngineTask, { kind: 'rescore' }>;

export async function rateAgain(
    task: RescoreTask,
    supervisor: Reports & Requests & TaskClock & TeacherSource & StoredStories,
): Promise<Outcome> {
    const { values: config } = readStoredConfig(task.config);
    supervisor.send({ type: 'phase', phase: 'loading', done: 0, of: 0 });
    const teacher = await openTeacherOf(task, config, supervisor);
    const rater = readingAlone(teacher.facts);
    supervisor.send({ type: 'rater', ...toRater(rater) });
    const random = new RandomStream('rescore', config.seed);
    try {
        for (;;) {
            const { stories, done, of } = await supervisor.nextStories();
            supervisor.send({ type: 'phase', phase: 'rating', done, of });
            supervisor.send({ type: 'progress', done: of === 0 ? 1 : done / of });
            if (stories.length === 0) return { kind: 'finished', why: 'all stories are rated' };
            if (supervisor.pauseAsked()) return { kind: 'paused' };
            const ratings = await teacher.rate(stories, { update: 0, training: false, random, first: done });
            if (done === 0) requireRated(teacher.facts, ratings);
            const at = supervisor.now();
            await supervisor.commit({
                type: 'rerated',
                ratings: stories.flatMap(({ subject, row }, i) =>
                    toRatingRecords(ratings[i]!, row, rater, at).map((rating) => ({ subject, rating })),
                ),
            });
        }
    } finally {
        await teacher.release();
    }
}

/** A teacher that compared the stories of a batch in training is another rater where it reads each by itself. */
function readingAlone({ id, name, reading, details, rubric, members, comparesInTraining }: TeacherFacts): Rater {
    return {
        id: comparesInTraining ? `${id}-alone` : id,
        name,
        reading,
        details,
        rubric,
        ...(members ? { members: members.map(readingAlone) } : {}),
    };
}
