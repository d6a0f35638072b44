/**
 * The task `try`: lets a teacher rate a few stories before it is used, and tells its ratings and the time they took.
 */
import type { EngineTask, TriedStory } from '../../../shared/contracts/engine.ts';
import { totalOf } from '../../../shared/ratings/rubric.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { previewRuntime } from '../device.ts';
import { openStudent } from '../stories/open-student.ts';
import { streamsOf } from '../streams.ts';
import type { Outcome, Reports, TaskClock, TeacherSource } from '../supervisor.ts';
import { openTeacherOf } from '../teachers/teacher-of.ts';
import { openWriter } from '../stories/writing.ts';

type TryTask = Extract<EngineTask, { kind: 'try' }>;

/**
 * Has the student write a few stories and the teacher rate them, one after the other.
 * @throws where the teacher leaves a story without a rating
 */
export async function tryTeacher(task: TryTask, supervisor: Reports & TaskClock & TeacherSource): Promise<Outcome> {
    const { values: config } = readStoredConfig(task.config);
    // opened first, because it is what may be wrong; without remembered ratings, which would hide what it does now
    const teacher = await openTeacherOf(task, { ...config, 'teacher.cache': 'off' }, supervisor);
    const { checkpoint, runtime, weights } = await openStudent(task.from, () => previewRuntime(config), supervisor);
    const writer = await openWriter(runtime, checkpoint.config, weights, checkpoint.tokenizer, config, {
        temperature: config['rollout.temperature'] / (checkpoint.origin?.temperature ?? 1),
        stories: task.stories,
    });
    const random = streamsOf(config).run.fork('try');
    supervisor.send({ type: 'phase', phase: 'writing', done: 0, of: task.stories });
    const written = await writer.write(Array.from({ length: task.stories }, (_, i) => random.fork(i)));
    const { criteria } = teacher.facts.rubric;
    const stories: TriedStory[] = [];
    for (const [i, { prompt, story, words, finished }] of written.entries()) {
        supervisor.send({ type: 'phase', phase: 'rating', done: i, of: task.stories });
        const began = supervisor.seconds();
        const context = { update: 0, training: false, random, first: i };
        const [rating] = await teacher.rate([{ prompt, story, finished }], context);
        if (rating === undefined) throw new Error('the teacher gave no rating for a story');
        stories.push({
            prompt,
            story,
            words,
            finished,
            scores: rating.kind === 'scored' ? { ...rating.scores } : null,
            total: totalOf(criteria, rating),
            reply: rating.reply ?? null,
            milliseconds: 1000 * (supervisor.seconds() - began),
        });
    }
    supervisor.send({ type: 'tried', teacher: teacher.facts.name, criteria: [...criteria], stories });
    writer.release();
    runtime.release();
    await teacher.release();
    return { kind: 'finished', why: 'the teacher was tried' };
}
