/** `rescore`: stories of the record are rated again by another teacher, reading or rubric; nothing is trained. */
import type { EngineTask } from '../../shared/contract.ts';
import { readStoredConfig } from '../../shared/run-config.ts';
import { RandomStream } from '../learning/random.ts';
import { toRatingRecord } from './recording.ts';
import type { Outcome, Supervisor } from './supervisor.ts';
import { openTeacherOf } from './teacher-of.ts';

type RescoreTask = Extract<EngineTask, { kind: 'rescore' }>;

export async function rateAgain(task: RescoreTask, supervisor: Supervisor): Promise<Outcome> {
    const { values: config } = readStoredConfig(task.config);
    supervisor.send({ type: 'phase', phase: 'loading', done: 0, of: 0 });
    const teacher = await openTeacherOf(task, config, supervisor);
    // who compared the stories of a batch in training is somebody else when it reads each by itself
    const id = teacher.comparesInTraining ? `${teacher.id}-alone` : teacher.id;
    const { name, reading, details, rubric } = teacher;
    supervisor.send({
        type: 'rater',
        rater: { id, kind: 'teacher', name, details: { ...details } },
        rubric: { ...rubric, criteria: [...rubric.criteria] },
    });
    const random = new RandomStream('rescore', config.seed);
    try {
        for (;;) {
            const { stories, done, of } = await supervisor.nextStories();
            supervisor.send({ type: 'phase', phase: 'rating', done, of });
            supervisor.send({ type: 'progress', done: of === 0 ? 1 : done / of });
            if (stories.length === 0) return { kind: 'finished', why: 'all stories are rated' };
            if (supervisor.pauseAsked()) return { kind: 'paused' };
            const ratings = await teacher.rate(stories, { update: 0, training: false, random, first: done });
            const at = supervisor.now();
            await supervisor.commit({
                type: 'rerated',
                ratings: stories.map(({ subject, row }, i) => ({
                    subject,
                    rating: toRatingRecord(ratings[i]!, row, { id, reading }, at),
                })),
            });
        }
    } finally {
        await teacher.release();
    }
}
