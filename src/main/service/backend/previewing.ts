/**
 * Answers a page's previews: a student's stories, a teacher's ratings of three, what a run would take, the device
 * check.
 */
import { statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import type { ComputedOn, EngineEvent } from '../../../shared/contracts/engine.ts';
import { badInput, FaultError } from '../../../shared/faults.ts';
import { composeConfig, type RunConfig } from '../../../shared/run/config.ts';
import { unratedWords } from '../../../shared/ratings/unrated.ts';
import { checkDevice, Stopped, type Probe } from '../reports/device-check.ts';
import type { TaskHandle } from '../sessions/engine-session.ts';
import { readStoredConfig } from '../../../shared/run/stored-config.ts';
import { readConfig } from '../../store/run/run.ts';
import { readEpisode } from '../../store/run/stories/episodes.ts';
import { readSample } from '../../store/run/stories/samples.ts';
import { tokenizerOf, tokenTexts } from '../reports/run/token-texts.ts';
import { keptRun } from '../sources/kept-checkpoints.ts';
import type { OpenRuns } from './runs/open-runs.ts';
import type { OpenHome } from '../sources/home.ts';
import { estimateOf } from '../reports/estimating.ts';
import type { Workbench } from '../workbench.ts';
import type { AskingPage, Handlers } from './handlers.ts';

type PreviewMethods =
    | 'student.tell'
    | 'student.evaluate'
    | 'teacher.try'
    | 'teacher.check'
    | 'teacher.truth'
    | 'story.explain'
    | 'samples.trace'
    | 'run.measure'
    | 'device.check'
    | 'preview.stop';

export interface Previewing {
    readonly handlers: Handlers<PreviewMethods>;
    /** Ends all previews. */
    close(): Promise<void>;
}

interface PreviewSurroundings {
    /** How many runs are at work, in this process or another one. */
    running(): number;
    /** What these compute on. */
    busy(): ReadonlySet<ComputedOn>;
    progress(ticket: string, phase: string, done: number, of: number): void;
}

const progressEveryMs = 100;
const triedStories = 3;
const explainingTeachers: ReadonlySet<string> = new Set(['rules', 'reader', 'second-reader']); // others cannot say why
const mostPreviews = 4; // engines at once, each with a student or a teacher in memory

export function openPreviewing(
    workbench: Workbench,
    workshop: OpenHome,
    runs: OpenRuns,
    { running, busy, progress }: PreviewSurroundings,
): Previewing {
    const { home } = workshop;
    /** What stops each preview under way, with the ticket that names it. */
    const open = new Map<AbortController, string | undefined>();
    const tasks = new Set<TaskHandle>();
    const closing = new AbortController();

    /**
     * One preview, of one engine or several in turn. It ends by its ticket, with the app, or with the page that asked,
     * because nobody else gets the answer.
     */
    async function preview<T>(
        ticket: string | undefined,
        { gone }: AskingPage,
        work: (stopped: AbortSignal) => Promise<T>,
    ): Promise<T> {
        const stop = new AbortController();
        const stopped = AbortSignal.any([gone, closing.signal, stop.signal]);
        if (stopped.aborted) throw new Stopped();
        if (open.size >= mostPreviews)
            throw badInput(
                `${mostPreviews} trials and checks are already under way; nothing was started. Wait for one to finish, or stop one.`,
            );
        open.set(stop, ticket);
        try {
            return await work(stopped);
        } finally {
            open.delete(stop);
        }
    }
    /**
     * All events of a task.
     * @throws the task's fault where it failed, `Stopped` where it was stopped
     */
    async function follow(
        start: () => TaskHandle,
        ticket: string | undefined,
        stopped: AbortSignal,
    ): Promise<readonly EngineEvent[]> {
        if (stopped.aborted) throw new Stopped();
        const task = start();
        tasks.add(task);
        const stop = (): void => task.kill();
        stopped.addEventListener('abort', stop, { once: true });
        const events: EngineEvent[] = [];
        let lastProgressMs = -Infinity;
        task.onEvent((event) => {
            if (event.type !== 'phase') return void events.push(event);
            if (ticket === undefined || performance.now() - lastProgressMs < progressEveryMs) return;
            lastProgressMs = performance.now();
            progress(ticket, event.phase, event.done, event.of);
        });
        const end = await task.ended;
        tasks.delete(task);
        stopped.removeEventListener('abort', stop);
        if (stopped.aborted) throw new Stopped();
        if (end.kind === 'failed') throw new FaultError(end.fault);
        return events;
    }
    const eventsOf = (
        start: () => TaskHandle,
        ticket: string | undefined,
        page: AskingPage,
    ): Promise<readonly EngineEvent[]> => preview(ticket, page, (stopped) => follow(start, ticket, stopped));
    /** Would a task with this configuration take memory of a GPU from a run that computes on it? */
    function disturbsRuns({ 'runtime.kind': kind }: RunConfig): boolean {
        const devices = busy();
        if (kind === 'auto') return devices.has('cuda');
        return (kind === 'cuda' || kind === 'webgpu') && (devices.has('cuda') || devices.has('webgpu'));
    }
    function only<Type extends EngineEvent['type']>(
        events: readonly EngineEvent[],
        type: Type,
    ): readonly Extract<EngineEvent, { type: Type }>[] {
        return events.filter((event): event is Extract<EngineEvent, { type: Type }> => event.type === type);
    }

    return {
        handlers: {
            'student.tell': async ({ source, stories, given, ticket }, page) => {
                const { 'rollout.temperature': temperature, 'rollout.prompt': prompt } = given;
                const task = (): TaskHandle =>
                    workbench.tell({
                        preset: 'improved',
                        config: composeConfig('improved', given),
                        from: source,
                        stories,
                        ...(temperature === undefined ? {} : { temperature: Number(temperature) }),
                        ...(prompt === undefined ? {} : { prompt: String(prompt) }),
                    });
                return only(await eventsOf(task, ticket, page), 'story').map(
                    ({ sample: { seed, prompt, story, words, finished } }) => ({
                        seed,
                        prompt,
                        story,
                        words,
                        finished,
                    }),
                );
            },
            'teacher.try': async ({ source, preset, given, ticket }, page) => {
                const config = composeConfig(preset, given);
                const task = (): TaskHandle =>
                    workbench.tryTeacher({ preset, config, from: source, stories: triedStories });
                const [tried] = only(await eventsOf(task, ticket, page), 'tried');
                const { teacher, criteria, stories } = tried!;
                return { teacher, criteria, stories };
            },
            'teacher.check': async ({ teacher, ticket }, page) => {
                const task = (): TaskHandle =>
                    workbench.checkTeacher({
                        preset: 'improved',
                        config: composeConfig('improved', { teacher }),
                    });
                const [checked] = only(await eventsOf(task, ticket, page), 'checked');
                return checked!.report;
            },
            'story.explain': async ({ run, story: of, ticket }, page) => {
                const { config, preset, story } = runs.read(run, (db) => {
                    const { preset, values } = readStoredConfig(readConfig(db));
                    const whole = 'episode' in of ? readEpisode(db, of.episode) : readSample(db, of.sample).whole;
                    const { prompt, story, finished } = whole;
                    return { preset, config: values, story: { prompt, story, finished } };
                });
                const members = config.teacher.split('+');
                const explaining = members.filter((name) => explainingTeachers.has(name));
                if (explaining.length === 0) return null;
                const asked = { ...config, teacher: explaining.join('+') };
                const task = (): TaskHandle => workbench.explain({ preset, config: asked, story });
                const [told] = only(await eventsOf(task, ticket, page), 'explained');
                const { scores, reasons } = told!;
                if (scores === null || reasons === null) return null;
                const [alone] = explaining; // of an ensemble: the only member that can explain its score
                const by = explaining.length === 1 && members.length > 1 ? { by: alone! } : {};
                return {
                    scores: explaining.length === members.length ? scores : null,
                    reasons: reasons.map((reason) => ({ ...reason, ...by })),
                };
            },
            'samples.trace': async ({ run, samples, ticket }, page) => {
                const { checkpoints } = keptRun(runs.folderOf(run));
                const reference = checkpoints.find(({ kind }) => kind === 'initial');
                const policy = checkpoints.findLast(({ kind }) => kind === 'final');
                if (!reference || !policy) return null;
                const stories = runs.read(run, (db, { folder }) => {
                    const tokenizer = tokenizerOf(db, folder);
                    return samples.map((id) => {
                        const { whole, tokens } = readSample(db, id);
                        return {
                            sample: id,
                            prompt: whole.prompt,
                            tokens: [...tokens],
                            texts: tokenTexts(tokenizer, tokens),
                        };
                    });
                });
                const task = (): TaskHandle =>
                    workbench.trace({
                        preset: 'quick',
                        config: composeConfig('quick', {}),
                        policy: policy.folder,
                        reference: reference.folder,
                        stories: stories.map(({ prompt, tokens }) => ({ prompt, tokens })),
                    });
                const [traced] = only(await eventsOf(task, ticket, page), 'traced');
                return stories.flatMap(({ sample, texts }, i) =>
                    texts === null ? [] : [{ sample, texts, kl: traced!.kl[i]! }],
                );
            },
            'teacher.truth': async ({ teacher, pairs, ticket }, page) => {
                const config = composeConfig('improved', { teacher });
                const task = (): TaskHandle =>
                    workbench.tellTruth({ preset: 'improved', config, pairs, threshold: null });
                const [told] = only(await eventsOf(task, ticket, page), 'truth-told');
                return told!.found;
            },
            'student.evaluate': async ({ source, teacher, stories, ticket }, page) => {
                const given = composeConfig('improved', { teacher, 'evaluation.stories': stories });
                const config = disturbsRuns(given) ? ({ ...given, 'runtime.kind': 'native' } as const) : given;
                const task = (): TaskHandle => workbench.evaluate({ preset: 'improved', config, from: source });
                const [evaluated] = only(await eventsOf(task, ticket, page), 'evaluation');
                const { evaluation, ratings } = evaluated!;
                const own = ratings.filter(({ rater }) => rater === ratings[0]!.rater); // without an ensemble's members
                return { teacher, stories, results: evaluation.results, unrated: unratedWords(own) };
            },
            'run.measure': async ({ job, source, preset, given, ticket }, page) => {
                const config = composeConfig(preset, given);
                if (disturbsRuns(config))
                    throw badInput(
                        'A run computes on the GPU now, and measuring would take its memory; nothing was measured. Measure when the run has ended or is paused.',
                    );
                const task = (): TaskHandle =>
                    workbench.measure({ preset, config, from: job === 'learn' ? source : null });
                const beside = running();
                const [event] = only(await eventsOf(task, ticket, page), 'measured');
                const { bavail, bsize } = statfsSync(home);
                return estimateOf(event!.measured, config, {
                    memory: totalmem(),
                    freeDisk: bavail * bsize,
                    besideRuns: Math.max(beside, running()),
                });
            },
            'device.check': ({ ticket }, page) =>
                preview(ticket, page, (stopped) => {
                    const probe: Probe = async (engine, settings) => {
                        const config = composeConfig('improved', settings);
                        const task = (): TaskHandle => workbench.probe({ preset: 'improved', config, engine });
                        const [event] = only(await follow(task, ticket, stopped), 'probed');
                        return event!.probed;
                    };
                    return checkDevice(probe, 'window', home);
                }),
            'preview.stop': ({ ticket }) => {
                for (const [stop, each] of open) if (each === ticket) stop.abort();
                return null;
            },
        },
        async close() {
            closing.abort();
            await Promise.all([...tasks].map(({ ended }) => ended));
        },
    };
}
