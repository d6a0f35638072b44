/** The tasks `tell` and `evaluate`: a checkpoint writes stories, which `evaluate` rates. No run is made. */
import type { EngineTask } from '../../../shared/contracts/engine.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { evaluateCleanly } from '../stories/clean-evaluation.ts';
import { toRater } from '../teachers/rating-records.ts';
import { engineRuntime, previewRuntime } from '../device.ts';
import { openStudent } from '../stories/open-student.ts';
import { seedsFrom, streamsOf } from '../streams.ts';
import type { DeviceChecks, Outcome, Reports, TaskClock, TeacherSource } from '../supervisor.ts';
import { openTeacherOf } from '../teachers/teacher-of.ts';
import { openWriter } from '../stories/writing.ts';

type TellTask = Extract<EngineTask, { kind: 'tell' }>;
type EvaluateTask = Extract<EngineTask, { kind: 'evaluate' }>;

const storiesAtOnce = 120;

export async function tellStories(task: TellTask, supervisor: Reports): Promise<Outcome> {
    const { values: config } = readStoredConfig(task.config);
    const { checkpoint, runtime, weights } = await openStudent(task.from, () => previewRuntime(config), supervisor);
    const writer = await openWriter(runtime, checkpoint.config, weights, checkpoint.tokenizer, config, {
        temperature: relativeTemperature(task.temperature, checkpoint.origin?.temperature),
        stories: Math.min(storiesAtOnce, task.stories),
    });
    const random = streamsOf(config).run.fork('tell');
    for (let from = 0; from < task.stories; from += storiesAtOnce) {
        const numbers = Array.from({ length: Math.min(storiesAtOnce, task.stories - from) }, (_, i) => from + i);
        supervisor.send({ type: 'phase', phase: 'writing', done: from, of: task.stories });
        const stories = await writer.write(numbers.map((number) => random.fork(number)));
        stories.forEach(({ prompt, story, tokens, words, finished }, i) =>
            supervisor.send({
                type: 'story',
                sample: { seed: numbers[i]!, prompt, story, tokens: Uint16Array.from(tokens), words, finished },
            }),
        );
        supervisor.send({ type: 'progress', done: (from + numbers.length) / task.stories });
    }
    writer.release();
    runtime.release();
    return { kind: 'finished', why: 'all stories are told' };
}

export async function evaluateCheckpoint(
    task: EvaluateTask,
    supervisor: Reports & TaskClock & DeviceChecks & TeacherSource,
): Promise<Outcome> {
    const { values: config } = readStoredConfig(task.config);
    const teacher = await openTeacherOf(task, config, supervisor);
    supervisor.send({ type: 'rater', ...toRater(teacher.facts) });
    const { checkpoint, runtime, weights } = await openStudent(
        task.from,
        () => engineRuntime(config, supervisor),
        supervisor,
    );
    const writer = await openWriter(runtime, checkpoint.config, weights, checkpoint.tokenizer, config, {
        temperature: relativeTemperature(task.temperature, checkpoint.origin?.temperature),
        stories: config['evaluation.stories'],
    });
    const place = { phase: 'checkpoint' as const, update: 0, inputWords: 0, digest: checkpoint.digest };
    const seeds = seedsFrom(config['evaluation.seed'], config['evaluation.stories']);
    const { evaluation, ...written } = await evaluateCleanly(writer, teacher, seeds, place, supervisor, (done) =>
        supervisor.send({ type: 'progress', done }),
    );
    const temperature = task.temperature ?? checkpoint.origin?.temperature ?? 1;
    supervisor.send({ ...written, evaluation: { ...evaluation, results: { ...evaluation.results, temperature } } });
    writer.release();
    runtime.release();
    return { kind: 'finished', why: 'the stories are rated' };
}

/**
 * The temperature to apply to weights that already hold one, so that they write at the one that was asked for; 1, and
 * so the checkpoint's own, where none was.
 */
function relativeTemperature(requested: number | undefined, held = 1): number {
    return requested === undefined ? 1 : requested / held;
}
