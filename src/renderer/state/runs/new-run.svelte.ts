/** The new run being set up: what was chosen and typed, and how the app answers. */
import type {
    ComposedConfig,
    ConfigLine,
    ConfigTable,
    Estimate,
    KeptDraft,
    StudentSource,
    TriedTeacher,
} from '../../../shared/views/new-run.ts';
import type { Params } from '../../../shared/contracts/app.ts';
import { isApplied } from '../../../shared/settings/applied.ts';
import type { PresetName } from '../../../shared/settings/field.ts';
import { isRefusal, sentenceOf } from '../../lib/app/asking.ts';
import { isOffered } from '../../lib/runs/plain-settings.ts';
import { freshName, valueOf, withGiven, type Given, type NewJob } from '../../lib/runs/draft.ts';
import { Preview } from '../preview.svelte.ts';
import { here } from '../app/route.svelte.ts';
import { Resource } from '../app/resource.svelte.ts';
import { say } from '../app/toasts.svelte.ts';
import { ask, askOrSay, workshop } from '../workshop.svelte.ts';

export const presets: readonly PresetName[] = ['quick', 'improved', 'paper'];

type StartedRun = Params<'run.start'>;

function ofSeed(request: StartedRun, seed: number): StartedRun {
    return { ...request, name: `${request.name.slice(0, 180)}, seed ${seed}`, given: { ...request.given, seed } };
}

/** All of a draft but which step is shown: who only looks has chosen nothing. */
function chosenIn(draft: KeptDraft | null): string {
    return JSON.stringify({ ...draft, step: 0 });
}

export class NewRun {
    job = $state<NewJob>('learn');
    preset = $state<PresetName>('quick');
    given = $state.raw<Given>({});
    source = $state('');
    corpus = $state('storyworld');
    #suggested = freshName(workshop.runs);
    name = $state(this.#suggested);
    table = $state.raw<ConfigTable | null>(null);
    students = $state.raw<readonly StudentSource[]>([]);
    readonly #composing = new Resource<ComposedConfig>();
    isStarting = $state(false);
    step = $state(0);
    /** Starts three runs with consecutive seeds. */
    withSeeds = $state(false);
    /** A kept draft was restored. */
    isRestored = $state(false);
    #mayKeep = $state(false); // what was kept has been read
    #isKept = false; // what was kept is this draft
    /** The draft as the address alone makes it: a click brings it back, and it takes the place of no other. */
    #asAddressed: string | null = null;
    /** The run whose settings these are; null where it is like no other. */
    like = $state<string | null>(null);
    /** What the chosen student or corpus is called, where no list has it. */
    sourceName = $state<string | null>(null);
    /** Why it did not start the last time; `isRefused`: nor will it before something is changed. */
    startProblem = $state.raw<{ readonly sentence: string; readonly isRefused: boolean } | null>(null);
    readonly tried = new Preview<TriedTeacher>();
    readonly estimate = new Preview<Estimate>();

    /** The settings that act in this kind of run, with this teacher and method. */
    lines = $derived.by(() => {
        const all = this.table?.lines ?? [];
        const values = Object.fromEntries(all.map((line) => [line.key, valueOf(line, this.preset, this.given)]));
        return all.filter((line) => isApplied(line.key, line, this.job, values) && isOffered(line.key, values));
    });
    /** A student, or a corpus: what the run works on. */
    material = $derived.by(() => (this.job === 'learn' ? this.source : this.corpus.trim()));
    /** What has not been given yet, and where it is. */
    missing = $derived.by(() => {
        if (this.name.trim() === '') return 'The run has no name. Give it one under Kind.';
        if (this.material !== '') return null;
        if (this.job === 'pretrain') return 'There is nothing to read. Name a corpus under Student.';
        return 'There is no student to start from. Pretrain one, or import one.';
    });
    /** Why the run cannot start as it is, as the app, the measurement or the trial of the teacher found; else null. */
    refusal = $derived.by(() => {
        if (this.startProblem?.isRefused) return this.startProblem.sentence;
        if (this.estimate.isRefused) return this.estimate.problem;
        return this.tried.isRefused ? 'The teacher cannot rate: see why under Teacher.' : null;
    });
    isReady = $derived.by(() => this.missing === null && this.composed?.ok === true && this.refusal === null);
    /** The chosen student as a person calls it. */
    studentName = $derived.by(
        () => this.students.find(({ source }) => source === this.source)?.label ?? this.sourceName ?? this.source,
    );
    /** Everything that the measurement and the trial of the teacher depend on. */
    question = $derived.by(() => JSON.stringify([this.job, this.preset, this.given, this.material]));

    /** Reads what there is to choose from, what was kept, and what the address asks for. */
    async open(): Promise<void> {
        const { query } = here.route;
        const like = query.get('like');
        this.like = like === undefined ? null : (workshop.run(like)?.name ?? like);
        [this.#mayKeep, this.#isKept] = [false, false];
        const kept = query.size === 0 ? await askOrSay('draft.read', {}) : null;
        const [lines, sources] = await Promise.all([askOrSay('config.table', {}), askOrSay('students.list', {})]);
        this.table = lines?.result ?? null;
        this.students = sources?.result ?? [];
        if (kept?.result) this.#restore(kept.result);
        this.source ||= query.get('from') ?? this.students[0]?.source ?? '';
        const wanted = query.get('preset');
        this.preset = presets.find((each) => each === wanted) ?? this.preset;
        const teacher = query.get('teacher');
        if (teacher !== undefined) this.given = { ...this.given, teacher };
        await this.#payAsPeopleWould(query.get('calibrated'), query.get('by'));
        if (like !== undefined) await this.#takeFrom(like, query);
        this.#asAddressed = query.size === 0 ? null : chosenIn(this.draft);
        this.#mayKeep = true;
    }

    /** Takes the settings of that run, but for what the address changes in them. */
    async #takeFrom(like: string, query: ReadonlyMap<string, string>): Promise<void> {
        const draft = (await askOrSay('run.draft', { run: like }))?.result;
        if (!draft) return;
        ({ job: this.job, preset: this.preset, given: this.given } = draft);
        this.#suggest(freshName([...workshop.runs, { name: draft.name }]));
        const from = query.get('from'); // another student for the same run
        this.sourceName = from === undefined ? draft.sourceName : null;
        if (draft.job === 'learn') this.source = from ?? draft.source;
        else this.corpus = draft.source;
        this.#vary(draft.name, query.get('seed'), query.get('control') !== undefined);
    }

    /** The same run once more: with another seed, or as its own control. */
    #vary(like: string, seed: string | undefined, isControl: boolean): void {
        const short = like.replace(/, seed \d+$/u, '').slice(0, 120);
        if (seed !== undefined && /^\d+$/u.test(seed)) {
            this.given = { ...this.given, seed: Number(seed) };
            this.#suggest(`${short}, seed ${seed}`);
        }
        if (!isControl) return;
        this.given = { ...this.given, 'teacher.shuffle': 'on' };
        this.#suggest(`${like.slice(0, 120)}, control`);
    }

    #restore({ job, name, preset, given, source, corpus, step, withSeeds }: KeptDraft): void {
        [this.job, this.preset, this.given, this.corpus, this.step] = [job, preset, given, corpus, step];
        [this.source, this.withSeeds, this.isRestored] = [source, withSeeds, true];
        this.#isKept = true;
        if (name.trim() !== '') this.name = name;
    }

    /** What is worth keeping when the page is left; null where nothing was chosen or typed. */
    readonly draft = $derived.by((): KeptDraft | null => {
        const { job, name, preset, given, source, corpus, step, withSeeds } = this;
        const isNamed = name !== this.#suggested && name.trim() !== '';
        const isOwn = isNamed || Object.keys(given).length > 0 || preset !== 'quick' || job !== 'learn' || withSeeds;
        const isOther = source !== '' && source !== this.students[0]?.source;
        if (!isOwn && !isOther && corpus === 'storyworld') return null;
        return { job, name: isNamed ? name : '', preset, given, source, corpus, step, withSeeds };
    });

    /** Call in an effect: keeps the draft as it grows, so that leaving or reloading the page loses nothing. */
    keep(): void {
        const { draft } = this;
        if (!this.#mayKeep || this.isStarting || (draft === null && !this.#isKept)) return;
        if (chosenIn(draft) === this.#asAddressed) return;
        this.#asAddressed = null;
        this.#isKept = draft !== null;
        void askOrSay('draft.keep', { draft });
    }

    /** Forgets what was kept, and all that was chosen. */
    startAfresh(): void {
        [this.job, this.preset, this.given, this.corpus, this.step] = ['learn', 'quick', {}, 'storyworld', 0];
        [this.source, this.name, this.withSeeds] = [this.students[0]?.source ?? '', this.#suggested, false];
        [this.isRestored, this.like] = [false, null];
    }

    /** Names the run, unless somebody has named it in the meantime. */
    #suggest(name: string): void {
        if (this.name === this.#suggested) this.name = name;
        this.#suggested = name;
    }

    /** Puts the calibration that a rating set gives for a teacher into the reward. */
    async #payAsPeopleWould(set: string | undefined, teacher: string | undefined): Promise<void> {
        if (set === undefined) return;
        const all = (await askOrSay('set.calibrations', { set }))?.result ?? [];
        const found = all.find((each) => each.kind === 'fitted' && each.teacher === teacher);
        if (found?.kind === 'fitted')
            this.given = { ...this.given, 'reward.calibration': JSON.stringify(found.calibration) };
    }

    /** What the app makes of the settings; null until it has answered. */
    get composed(): ComposedConfig | null {
        return this.#composing.value;
    }

    /** Call in an effect: follows preset and settings. */
    compose(): () => void {
        return this.#composing.follow(
            ask('config.compose', {
                preset: this.preset,
                given: this.given,
                ...(this.job === 'learn' && this.source !== '' ? { from: this.source } : {}),
            }),
            { refused: () => this.#composing.clear() },
        );
    }

    set(line: ConfigLine, value: number | string): void {
        this.given = withGiven(this.given, line, this.preset, value);
    }

    choosePreset(chosen: PresetName): void {
        const { preset, given } = this;
        this.preset = chosen;
        if (Object.keys(given).length > 0)
            say(`Your changes to ${preset} were discarded.`, {
                undo: () => void ([this.preset, this.given] = [preset, given]),
            });
        this.given = {}; // what was typed was meant against the other preset
    }

    tryTeacher(): void {
        const { preset, given, source } = this;
        void this.tried.begin((ticket) => ask('teacher.try', { preset, given, source, ticket }));
    }

    measure(): void {
        const { job, preset, given, material } = this;
        void this.estimate.begin((ticket) => ask('run.measure', { job, preset, given, source: material, ticket }));
    }

    /** The seeds of three runs. */
    readonly seeds = $derived.by((): readonly number[] => {
        const seed = this.composed?.ok ? Number(this.composed.values['seed']) : 42;
        return [seed, seed + 1, seed + 2];
    });

    /** The folder of the run that has begun, empty where all wait for their turn; null where it was refused. */
    async start(): Promise<string | null> {
        if (!this.isReady || this.isStarting) return null;
        this.isStarting = true;
        this.close(); // two engines at once would only be in each other's way
        const { job, name, preset, given, material } = this;
        this.startProblem = null;
        try {
            const request = { job, name: name.trim(), preset, given, source: material };
            const { run } = this.withSeeds
                ? await ask('queue.add', { runs: this.seeds.map((seed) => ofSeed(request, seed)) })
                : await ask('run.start', request);
            this.#mayKeep = false;
            if (this.#isKept) void askOrSay('draft.keep', { draft: null });
            return run ?? '';
        } catch (error) {
            this.startProblem = { sentence: sentenceOf(error), isRefused: isRefusal(error) };
            return null;
        } finally {
            this.isStarting = false;
        }
    }

    /** Stops previews that are under way. */
    close(): void {
        this.tried.stop();
        this.estimate.stop();
    }
}
