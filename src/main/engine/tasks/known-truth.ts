/**
 * The task `known-truth`: does a teacher put a sound story above its twin with one planted defect, and not above one
 * with a harmless edit?
 */
import type { EngineTask } from '../../../shared/contracts/engine.ts';
import { editIds } from '../../../shared/ratings/known-truth.ts';
import { bestTotal, totalOf } from '../../../shared/ratings/rubric.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { truthFound, type RatedTwins } from '../../learning/statistics/known-truth.ts';
import { RandomStream } from '../../learning/random.ts';
import type { StoryToRate } from '../../teacher/teacher.ts';
import { knownPair } from '../../text/storyworld/known-truth.ts';
import type { Outcome, Reports, TeacherSource } from '../supervisor.ts';
import { openTeacherOf } from '../teachers/teacher-of.ts';

type TruthTask = Extract<EngineTask, { kind: 'known-truth' }>;

export async function tellTruth(task: TruthTask, supervisor: Reports & TeacherSource): Promise<Outcome> {
    supervisor.send({ type: 'phase', phase: 'loading', done: 0, of: 0 });
    const { values: config } = readStoredConfig(task.config);
    const plain = { ...config, 'teacher.cache': 'off', 'teacher.unreadable': 'exclude' } as const;
    const teacher = await openTeacherOf(task, plain, supervisor);
    const random = new RandomStream('known truth');
    const pairs = Array.from({ length: task.pairs }, (_, i) => knownPair(random, i));
    const stories = pairs.flatMap(({ prompt, sound, edited }) =>
        // always `finished`: a twin that is cut off shows it in its text alone
        [sound, ...editIds.map((edit) => edited[edit])].map((story): StoryToRate => {
            return { prompt, story, finished: true };
        }),
    );
    let done = 0;
    const onRated = (more: number): void => {
        done += more;
        supervisor.send({ type: 'phase', phase: 'rating', done, of: stories.length });
        supervisor.send({ type: 'progress', done: done / stories.length });
    };
    const ratings = await teacher.rate(stories, { update: 0, training: false, random, onRated });
    const { name, rubric } = teacher.facts;
    const totals = ratings.map((rating) => totalOf(rubric.criteria, rating));
    const ofPair = 1 + editIds.length;
    const rated = pairs.map((_, i): RatedTwins => ({
        sound: totals[i * ofPair]!,
        edited: Object.fromEntries(editIds.map((edit, place) => [edit, totals[i * ofPair + 1 + place]!])),
    }));
    supervisor.send({
        type: 'truth-told',
        found: truthFound(name, bestTotal(rubric.criteria), rated, task.threshold),
    });
    await teacher.release();
    return { kind: 'finished', why: 'the teacher has read the stories of known truth' };
}
