/** The task `explain`: a teacher that measures says what its scores of one story come from. */
import type { EngineTask } from '../../../shared/contracts/engine.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { streamsOf } from '../streams.ts';
import type { Outcome, Reports, TeacherSource } from '../supervisor.ts';
import { openTeacherOf } from '../teachers/teacher-of.ts';

type ExplainTask = Extract<EngineTask, { kind: 'explain' }>;

/** Rates the story by itself, so points taken off for its likeness to others of its batch do not show. */
export async function explainScores(task: ExplainTask, supervisor: Reports & TeacherSource): Promise<Outcome> {
    const { values: config } = readStoredConfig(task.config);
    const teacher = await openTeacherOf(task, config, supervisor);
    const context = { update: 0, training: false, random: streamsOf(config).run.fork('explain') };
    const [rating] = await teacher.rate([task.story], context);
    supervisor.send({
        type: 'explained',
        scores: rating?.kind === 'scored' ? { ...rating.scores } : null,
        reasons: teacher.explain ? [...(await teacher.explain(task.story))] : null,
    });
    await teacher.release();
    return { kind: 'finished', why: 'the scores are explained' };
}
