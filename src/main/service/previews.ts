/** Starts the tasks of an engine that make no run, and of which no run keeps a record: telling, checking, measuring. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineTask, Probed } from '../../shared/contracts/engine.ts';
import { composeConfig, type RunConfig } from '../../shared/run/config.ts';
import type { PresetName } from '../../shared/settings/field.ts';
import { configVersion } from '../../shared/run/stored-config.ts';
import type { Workshop } from '../store/home/workshop.ts';
import { keepCalibration } from './sources/calibrating.ts';
import { findCheckpoint, learnedPrompt, shippedStudentFolder } from './sources/checkpoint-source.ts';
import { afterEnd } from './sessions/after-end.ts';
import { keepingVerdict } from './sessions/cuda-check.ts';
import { startEngine, type EngineHost, type TaskHandle } from './sessions/engine-session.ts';
import type { StartEngine } from './sessions/remembering-engine.ts';
import { findRubric } from './sources/rubric-source.ts';
import { findJudge, findTeachers } from './models/teacher-places.ts';
import { noteTeacherSpeed } from './models/teacher-speeds.ts';

export interface TaskRequest {
    readonly preset: PresetName;
    readonly config: RunConfig;
}

/** A preview lets a checkpoint write as it learned to, unless a person asks for something else. */
interface PreviewRequest extends TaskRequest {
    readonly from: string;
    readonly temperature?: number;
    readonly prompt?: string;
}

export interface Previews {
    tell(request: PreviewRequest & { readonly stories: number }): TaskHandle;
    evaluate(request: PreviewRequest): TaskHandle;
    /**
     * Lets the teacher rate stories of which it is known which ones are better, and reports what it is worth. Its speed
     * is remembered.
     */
    checkTeacher(request: TaskRequest): TaskHandle;
    /** Lets the teacher rate sound stories and their twins with one planted defect each. */
    tellTruth(request: TaskRequest & { readonly pairs: number; readonly threshold: number | null }): TaskHandle;
    /** Lets the teacher say what its scores of a story come from. */
    explain(request: TaskRequest & Pick<Extract<EngineTask, { kind: 'explain' }>, 'story'>): TaskHandle;
    /** Lets two students of a run read stories, token by token. */
    trace(request: TaskRequest & Omit<Extract<EngineTask, { kind: 'trace' }>, 'kind' | 'config'>): TaskHandle;
    /** Lets the teacher rate a few stories of the student. */
    tryTeacher(request: TaskRequest & { readonly from: string; readonly stories: number }): TaskHandle;
    /** Does one real micro-batch of a run: of learning from a student, or of pretraining where `from` is null. */
    measure(request: TaskRequest & { readonly from: string | null }): TaskHandle;
    /** Lets an engine run a small graph in the process that would use it. */
    probe(request: TaskRequest & { readonly engine: Probed['engine'] }): TaskHandle;
}

type StudentTask = Pick<Extract<EngineTask, { kind: 'evaluate' }>, 'config' | 'from' | 'temperature'>;
type RatingPreview = Pick<Extract<EngineTask, { kind: 'check' }>, 'config' | 'teachers' | 'rubric'>;

export function openPreviews(
    host: EngineHost,
    workshop: Workshop,
    startRemembering: StartEngine,
    clock: () => number,
): Previews {
    const start = (task: EngineTask): TaskHandle => startEngine(host, task, () => undefined);

    const asShipped = composeConfig('quick', {});
    /** The student that ships writes as `quick` lets it learn, any other as it learned to, unless asked otherwise. */
    function studentTask({ preset, config, from, temperature, prompt }: PreviewRequest): StudentTask {
        const checkpoint = findCheckpoint(workshop, from, clock());
        const isShipped = checkpoint === shippedStudentFolder();
        const ownPrompt = isShipped ? asShipped['rollout.prompt'] : learnedPrompt(checkpoint);
        const asked = temperature ?? (isShipped ? asShipped['rollout.temperature'] : undefined);
        const values = { ...config, 'rollout.prompt': prompt ?? ownPrompt ?? config['rollout.prompt'] };
        return {
            config: { version: configVersion, preset, values },
            from: checkpoint,
            ...(asked === undefined ? {} : { temperature: asked }),
        };
    }
    /** The configuration with teacher and rubric by name, and the places and the text behind these names. */
    function ratingTask({ preset, config }: TaskRequest): RatingPreview {
        const { teacher, places } = findTeachers(config.teacher, workshop.home);
        const { name, text } = findRubric(config['teacher.rubric']);
        const values = { ...config, teacher, 'teacher.rubric': name };
        return { config: { version: configVersion, preset, values }, teachers: places, rubric: text };
    }
    /** The same with the second judge of its evaluations. */
    function learningTask(request: TaskRequest): RatingPreview {
        const { config, teachers, rubric } = ratingTask(request);
        const { teacher: judge, places } = findJudge(
            request.config['evaluation.judge'],
            String(config.values['teacher']),
            workshop.home,
        );
        const values = { ...config.values, 'evaluation.judge': judge };
        return { config: { ...config, values }, teachers: { ...teachers, ...places }, rubric };
    }

    return {
        tell: ({ stories, ...request }) => start({ kind: 'tell', stories, ...studentTask(request) }),
        evaluate(request) {
            const task = ratingTask(request);
            const values = { ...request.config, ...task.config.values } as RunConfig;
            const { config, ...checkpoint } = studentTask({ ...request, config: values });
            return startRemembering({ ...task, kind: 'evaluate', ...checkpoint, config }, () => undefined);
        },
        checkTeacher(request) {
            const rating = ratingTask(request);
            return startEngine(host, { kind: 'check', ...rating }, (event) => {
                if (event.type === 'checked')
                    noteTeacherSpeed(workshop, String(rating.config.values['teacher']), event.report, clock());
                return undefined;
            });
        },
        tellTruth: ({ pairs, threshold, ...request }) =>
            start({ kind: 'known-truth', ...ratingTask(request), pairs, threshold }),
        tryTeacher: ({ from, stories, ...request }) =>
            start({ kind: 'try', ...ratingTask(request), from: findCheckpoint(workshop, from, clock()), stories }),
        explain: ({ story, ...request }) => start({ kind: 'explain', ...ratingTask(request), story }),
        trace: ({ preset, config, ...stories }) =>
            start({ kind: 'trace', config: { version: configVersion, preset, values: { ...config } }, ...stories }),
        probe({ engine, preset, config }) {
            const stored = { version: configVersion, preset, values: { ...config } };
            return keepingVerdict(start({ kind: 'probe', engine, config: stored }), workshop, clock);
        },
        measure({ from, preset, config }) {
            const task =
                from === null
                    ? { config: { version: configVersion, preset, values: { ...config } } }
                    : learningTask({ preset, config: keepCalibration(config) });
            const checkpoint = from === null ? null : findCheckpoint(workshop, from, clock());
            const folder = mkdtempSync(join(tmpdir(), 'storyloop-measuring-'));
            const remove = (): void => rmSync(folder, { recursive: true, force: true });
            try {
                return afterEnd(start({ kind: 'measure', ...task, from: checkpoint, folder }), remove);
            } catch (error) {
                remove();
                throw error;
            }
        },
    };
}
