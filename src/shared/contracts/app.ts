/**
 * What a page asks of the app, and what it is told: one message shape over Electron's ports, the web socket of `serve`
 * and plain calls in tests. A page imports types only.
 *
 * A page posts `AppRequest`s and receives an `Answer` for each, by its id, and `Push`es between them. In Electron the
 * pipe is `window.storyloop` (`post`, `onMessage`, objects); under `serve` a web socket at `/messages` (JSON texts).
 */
import { z } from 'zod';
import type { Passport } from '../passport/passport.ts';
import type { GuardReport } from '../views/guard.ts';
import type { DrillReport } from '../findings/drill-words.ts';
import type { HoldOutReport } from '../views/hold-out.ts';
import type {
    About,
    DeviceReport,
    ExchangeRow,
    ExportOffer,
    ModelShelf,
    Settings,
    TrashedThing,
} from '../views/computer.ts';
import type {
    BenchmarkAges,
    BenchmarkRow,
    BenchmarksInFolder,
    ComparedTask,
    DrawnEquivalents,
    DrawnFigures,
    WrittenFolder,
} from '../views/benchmarks.ts';
import type { Answer, Push } from '../views/pushes.ts';
import type {
    ComposedConfig,
    ConfigTable,
    Estimate,
    KeptDraft,
    ListedRubric,
    QueuedRun,
    RunDraft,
    StudentSource,
    ToldStory,
    TriedTeacher,
} from '../views/new-run.ts';
import type {
    Evaluated,
    ListedRow,
    Page,
    RunChange,
    RunDetails,
    RunEventRow,
    RunRow,
    RunsCompared,
    RunsGains,
    StepRow,
    UpdateRow,
} from '../views/runs.ts';
import type { StyleReport } from '../views/style.ts';
import type {
    ExplainedScores,
    PairHeat,
    PairPage,
    StoriesOverRuns,
    StoryPage,
    UpdateStories,
    WholeSample,
    WholeStory,
} from '../views/stories.ts';
import { countingPresets } from '../benchmarks/counting.ts';
import type { TaskScore } from '../benchmarks/results.ts';
import { benchmarkTasks } from '../benchmarks/benchmarks.ts';
import type { CurveCells } from '../figures/curve-rows.ts';
import type { TeacherReport } from './engine.ts';
import type { TruthFound } from '../ratings/known-truth.ts';
import { exportPartSchema, ggufTypes } from './exchange.ts';
import type {
    DeskItem,
    DeskView,
    ImportedSet,
    ListedSet,
    Revealed,
    SentFile,
    SetAgreement,
    SetSummary,
    TeacherCalibration,
} from '../ratings/rating-sets.ts';
import type { SetGain } from '../ratings/peoples-gain.ts';
import { mostCompared } from '../run/comparable.ts';
import { presetNames } from '../settings/field.ts';
import { storyChoiceSchema, storyFilter } from '../run/story-filter.ts';

export const appContractVersion = 1;

/** A folder's name under `runs/`: never a path, never hidden. */
const run = z
    .string()
    .max(200)
    .regex(/^[^./\\\0][^/\\\0]*$/u, 'the name of a run folder');
const cursor = z.number().int().nonnegative();
const offset = z.number().int().nonnegative();
const job = z.enum(['pretrain', 'learn']);
const name = z.string().trim().min(1).max(200);
const preset = z.enum(presetNames);
const given = z.record(z.string().max(100), z.union([z.string().max(100_000), z.number()]));
const source = z.string().min(1).max(4000);
const nothing = z.strictObject({});
const keptDraftSchema = z.strictObject({
    job,
    name: z.string().max(200),
    preset,
    given,
    /** The student to start from, and the corpus to read. */
    source: z.string().max(4000),
    corpus: z.string().max(4000),
    step: z.number().int().min(0).max(3),
    withSeeds: z.boolean(),
});
/** Names a preview, so that the page can follow and stop it. */
const ticket = z.string().min(1).max(60).optional();
/** A story's row in its run's database. */
const storyRow = z.number().int().positive();
const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const set = z.string().regex(ulid, 'the id of a rating set');
const model = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, 'the id of a model');
const position = z.number().int().positive();
const upload = z.uuid();
/** What is exported. */
const exported = z.discriminatedUnion('subject', [
    z.strictObject({ subject: z.literal('run'), run }),
    z.strictObject({ subject: z.literal('stories'), run, stories: storyChoiceSchema }),
    z.strictObject({ subject: z.literal('set'), set }),
    z.strictObject({ subject: z.literal('student'), source }),
]);
const exchange = z.string().max(40);
const benchmark = z.string().regex(ulid, 'the id of a result');
const counting = z.enum(countingPresets).default('fair');
/** A rating desk: its set and its rater. */
const atDesk = { set, rater: name };
/** `source`: a corpus (`storyworld` or a path) to pretrain on, a student to learn with. */
const newRun = z.strictObject({ job, name, preset, given, source });

export const methods = {
    'app.about': nothing,
    /** Lets each engine run a real graph where it would; answered with what was found. */
    'device.check': z.strictObject({ ticket }),
    'settings.read': nothing,
    /** Changes what is named, keeps the rest; null forgets. */
    'settings.change': z.strictObject({
        theme: z.enum(['light', 'night']).nullish(),
        smoothing: z.number().min(0).max(0.99).nullish(),
        axis: z.string().max(40).nullish(),
        raterName: z.string().trim().max(100).nullish(),
    }),

    'runs.list': nothing,
    'runs.compare': z.strictObject({ runs: z.array(run).min(2).max(mostCompared) }),
    /** What each gained, and what can be concluded of their settings. */
    /** By the scores of one judge; else each run by those of its own teacher. */
    'runs.gains': z.strictObject({ runs: z.array(run).min(2).max(mostCompared), judge: z.string().optional() }),
    'run.read': z.strictObject({ run }),
    'run.change': z.strictObject({
        run,
        name: name.optional(),
        tags: z.array(z.string().trim().min(1).max(60)).max(30).optional(),
        notes: z.string().max(100_000).optional(),
        archived: z.boolean().optional(),
    }),
    'run.updates': z.strictObject({ run, after: cursor, limit: z.number().int().min(1).max(2000).default(1000) }),
    /** What of each update is drawn beside other runs: cells, in the order of `curveFields`. */
    'run.curves': z.strictObject({ run, after: cursor, limit: z.number().int().min(1).max(5000).default(2000) }),
    'run.steps': z.strictObject({ run, after: cursor, limit: z.number().int().min(1).max(5000).default(2000) }),
    'run.events': z.strictObject({ run, after: cursor, limit: z.number().int().min(1).max(1000).default(200) }),
    /** Best, median and worst story of an update; of the last one unless `update` says which. */
    'run.stories': z.strictObject({ run, update: z.number().int().positive().optional() }),
    /** What learning changed, from the clean evaluations; null before both are there. */
    'run.comparison': z.strictObject({ run }),
    /** How its stories are written, at equal length; null where they are too few or too short. */
    'run.style': z.strictObject({ run }),
    /** The run as one HTML file, for a reader without Storyloop. */
    'run.report': z.strictObject({ run }),
    /** What became of grammar; null where the guard has read nothing. */
    'run.guard': z.strictObject({ run }),
    /** What the second judge saw while the run learned; null where it never read. */
    'run.holdOut': z.strictObject({ run }),
    /** What became of a weakness that was planted in its teacher, in a sentence or two; null where none was. */
    'run.drill': z.strictObject({ run }),
    /** Stories of the clean evaluations before and after, seed by seed; of `text`, pairs with a story that says it. */
    'run.pairs': z.strictObject({
        run,
        text: z.string().max(400).optional(),
        sort: z.enum(['seed', 'change', 'after']).default('seed'),
        descending: z.boolean().default(false),
        offset: offset.default(0),
        limit: z.number().int().min(1).max(200).default(50),
    }),

    'stories.find': storyFilter.extend({
        run,
        sort: z.enum(['recorded', 'score', 'reward', 'words', 'kl']).default('recorded'),
        descending: z.boolean().default(false),
        offset: offset.default(0),
        limit: z.number().int().min(1).max(500).default(100),
    }),
    /**
     * Words in the stories of every run, the run that was at work last first. It stops after a fraction of a second:
     * `from` is how many runs were searched before, and the answer says how many are by then.
     */
    'stories.search': z.strictObject({
        text: z.string().min(1).max(400),
        from: z.number().int().nonnegative().default(0),
        /** Stories shown of each run. */
        each: z.number().int().min(1).max(20).default(3),
    }),
    'story.read': z.strictObject({ run, episode: storyRow }),
    /** What the teacher's scores of a story come from, from what it measures; null where the teacher cannot tell. */
    'story.explain': z.strictObject({
        run,
        /** Of training, or of a clean evaluation. */
        story: z.union([z.strictObject({ episode: storyRow }), z.strictObject({ sample: storyRow })]),
        ticket,
    }),
    /** A story of a clean evaluation. */
    'sample.read': z.strictObject({ run, sample: storyRow }),
    /** What learning changed about each token of stories of clean evaluations; null where a student was not kept. */
    'samples.trace': z.strictObject({ run, samples: z.array(storyRow).min(1).max(400).readonly(), ticket }),
    /**
     * A person's scores, given with the teacher's in sight: recorded as open. Answered with the story as it is then.
     */
    'story.rate': z.strictObject({
        run,
        episode: storyRow,
        rater: name,
        scores: z.record(z.string().max(100), z.number()),
    }),

    'config.table': nothing,
    'config.compose': z.strictObject({ preset, given, from: source.optional() }),
    'students.list': nothing,
    /** Writes a few stories with a student; answered when they are told. */
    'student.tell': z.strictObject({
        source,
        stories: z.number().int().min(1).max(20).default(1),
        given: given.default({}),
        ticket,
    }),
    /** Lets a teacher rate three stories of a student; answered with what it says of each. */
    'teacher.try': z.strictObject({ source, preset, given, ticket }),
    /** Does one real micro-batch of a run that is not begun: `source` as for `run.start`. */
    'run.measure': z.strictObject({ job, preset, given, source, ticket }),
    /** Stops what was asked with the ticket; that is then refused. */
    'preview.stop': z.strictObject({ ticket: z.string().min(1).max(60) }),

    /** Starts a run; answered when it is under way, or refused. */
    'run.start': newRun,
    /**
     * Runs one after the other: the first begins when nothing of this app is at work, the next when one has finished.
     * Answered with the run that has begun, or null where all wait.
     */
    'queue.add': z.strictObject({ runs: z.array(newRun).min(1).max(20) }),
    'queue.list': nothing,
    /** Begins the first of the queue now. */
    'queue.next': nothing,
    'queue.drop': z.strictObject({ id: z.string().min(1).max(60) }),
    /** The new run that was being set up when its page was left; null where there is none. */
    'draft.read': nothing,
    'draft.keep': z.strictObject({ draft: keptDraftSchema.nullable() }),
    /** Rubrics that ship, and a person's own. */
    'rubrics.list': nothing,
    /** Keeps a rubric of one's own under a new name; one that is there is never changed. */
    'rubric.keep': z.strictObject({
        name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/u),
        text: z.string().max(100_000),
    }),
    'run.pause': z.strictObject({ run }),
    /** Answered with the next checkpoint, once it is whole and recorded. */
    'run.checkpoint': z.strictObject({ run }),
    /** Goes on with a paused, interrupted or failed run. */
    'run.resume': z.strictObject({ run, given: given.default({}) }),
    /** The settings of a run, to begin another with. */
    'run.draft': z.strictObject({ run }),
    /** Copies the shipped sample run into the runs folder, or finds it there. */
    'sample.add': nothing,

    /**
     * Moves a run, a rating set, a model file, or what a student said of benchmarks to the trash; answered with its id
     * there. A reading of benchmarks that is under way ends.
     */
    'trash.put': z.strictObject({
        kind: z.enum(['run', 'set', 'model', 'benchmark']),
        /** Of its folder or file; of a benchmark its id. */
        name: run,
        label: z.string().max(200),
    }),
    'trash.list': nothing,
    'trash.restore': z.strictObject({ id: z.string().min(1).max(60) }),
    'trash.empty': nothing,

    'models.list': nothing,
    /** Begins or goes on with a download of the catalogue; progress and end are pushed. */
    'model.download': z.strictObject({ id: model }),
    'model.pause': z.strictObject({ id: model }),
    /** Uses a model file where it lies on the app's computer; answered with its name among the teachers. */
    'model.add': z.strictObject({ file: z.string().trim().min(1).max(4000) }),
    /** What a teacher is worth, on stories of known order. */
    'teacher.check': z.strictObject({ teacher: name, ticket }),
    /** Lets a teacher rate sound stories and their twins with one planted defect each. */
    'teacher.truth': z.strictObject({ teacher: name, pairs: z.number().int().min(8).max(500), ticket }),
    /** A clean score of a student by a teacher; nothing is recorded. */
    'student.evaluate': z.strictObject({
        source,
        teacher: name.default('rules'),
        stories: z.number().int().min(10).max(1000).default(100),
        ticket,
    }),

    'sets.list': nothing,
    'sets.make': z.strictObject({
        /** None where the stories are built in. */
        runs: z.array(run).max(50),
        name,
        /** How many are chosen, of those that fit. */
        stories: z.number().int().min(1).max(10_000).default(120),
        /**
         * Gain: a random sample of the stories before and after learning, for what people would say of it. Known truth:
         * built-in stories and their twins with a planted defect, of no run.
         */
        purpose: z.enum(['agreement', 'gain', 'known-truth']).default('agreement'),
        where: storyFilter.default({}),
        /** Instead of choosing: these episodes of the one run, by their numbers. */
        episodes: z.array(z.number().int().positive()).min(1).max(10_000).optional(),
        /** Another rubric than the teacher's, as a rubric file says it. */
        rubric: z.strictObject({ name, text: z.string().max(100_000) }).optional(),
        seed: z.number().int().nonnegative().default(42),
    }),
    /** The set with its ratings as one file, without names of people. */
    'set.export': z.strictObject({ set }),
    /** A file on its way in, part by part; the first names no upload. Refused where it grows too large. */
    'upload.part': z.strictObject({ upload: upload.nullable(), name, base64: z.base64().max(700_000) }),
    /** Takes in what was uploaded: a set that is not here, or a colleague's ratings of one that is. */
    'sets.import': z.strictObject({ upload }),
    'set.agreement': z.strictObject({ set, all: z.boolean().default(false) }),
    /** What people would say that the run gained: at once, without waiting for the report. */
    'set.gain': z.strictObject({ set, all: z.boolean().default(false) }),
    /** How each person did on a set of known truth; null for another set. */
    'set.truth': z.strictObject({ set, all: z.boolean().default(false) }),
    /** What the scores of every teacher are worth to the people of the set. */
    'set.calibrations': z.strictObject({ set }),
    'desk.view': z.strictObject(atDesk),
    'desk.item': z.strictObject({ ...atDesk, position }),
    /** On the disk when it is answered; `taken` where another window was first. */
    'desk.answer': z.strictObject({
        ...atDesk,
        position,
        number: z.number().int().positive(),
        kind: z.enum(['scored', 'skipped', 'withdrawn']),
        scores: z.record(z.string().max(100), z.number()),
        dwellMs: z.number().int().nonnegative(),
        flagged: z.boolean(),
        note: z.string().max(10_000),
    }),
    /** What teachers said of a story; refused until the rater has rated it, and noted. */
    'desk.reveal': z.strictObject({ ...atDesk, position }),

    /** What can be exported of something, and where to. */
    'export.offer': z.strictObject({ of: exported }),
    /**
     * Begins an export; answered when it is under way, or refused. `folder`: one that `path.choose` gave; null: in the
     * data folder.
     */
    'export.start': z.strictObject({
        of: exported,
        parts: z.array(exportPartSchema).min(1).max(20).readonly(),
        checkpoint: z.string().max(200).nullable().default(null),
        ggufType: z.enum(ggufTypes).default('F16'),
        folder: source.nullable().default(null),
    }),
    /** Brings in a run folder, logs of the published system or a GPT-2 folder that lie where the app runs. */
    'import.start': z.strictObject({ path: source, name: name.nullable().default(null) }),
    'exchanges.list': nothing,
    'exchange.cancel': z.strictObject({ exchange }),
    /** What students have read of benchmarks, or are reading; newest first. */
    'benchmarks.list': nothing,
    /** What lies in a folder of tasks; nothing is read by a student. */
    'benchmarks.look': z.strictObject({ folder: source }),
    /**
     * Lets a student read the tasks of a folder, all of them where none is named; answered when it is under way, or
     * refused. The same student, folder and tasks go on where they stopped.
     */
    'benchmarks.start': z.strictObject({
        source,
        folder: source,
        tasks: z.array(z.enum(benchmarkTasks)).max(benchmarkTasks.length).default([]),
    }),
    'benchmarks.pause': z.strictObject({ benchmark }),
    'benchmarks.resume': z.strictObject({ benchmark }),
    'benchmarks.results': z.strictObject({ benchmark, counting }),
    /** How two students differ, on the items that both have read. */
    'benchmarks.compare': z.strictObject({ before: benchmark, after: benchmark, counting }),
    /** When the words of the task aoa were learned, over checkpoints of one student. */
    'benchmarks.ages': z.strictObject({ benchmarks: z.array(benchmark).min(1).max(200), counting }),
    /** Writes the official prediction files; `folder` as for `export.start`. */
    'benchmarks.export': z.strictObject({ benchmark, folder: source.nullable().default(null) }),
    /** What feedback was worth in words of reading: of these runs, and of those that began with them. */
    'paper.equivalents': z.strictObject({ runs: z.array(run).min(1).max(50), counting }),
    /** The paper's figures of these runs. `published`: a file of published results to draw beside them. */
    'paper.figures': z.strictObject({
        runs: z.array(run).min(1).max(50),
        counting,
        published: source.nullable().default(null),
    }),
    /** Every word that the student of a result has seen, and what the challenge's rules say of it. */
    'passport.read': z.strictObject({ benchmark }),
    /** Writes the folder to submit: passport, student, checkpoints, predictions; `folder` as for `export.start`. */
    'passport.write': z.strictObject({ benchmark, folder: source.nullable().default(null) }),
    /**
     * What the page shows when it is printed, as a PDF of the size that its style asks for, in base64; null where the
     * browser has to print it.
     */
    'page.print': nothing,
    /**
     * Asks the person for a file or a folder in a window of the system; null if they cancel, or where there is no such
     * window.
     */
    'path.choose': z.strictObject({
        purpose: z.enum([
            'export',
            'import',
            'import-file',
            'model',
            'rubric',
            'corpus',
            'corpus-file',
            'student',
            'tasks',
            'published',
        ]),
    }),
} as const;

export interface Results {
    readonly 'app.about': About;
    readonly 'device.check': DeviceReport;
    readonly 'settings.read': Settings;
    readonly 'settings.change': Settings;
    readonly 'runs.list': readonly ListedRow[];
    readonly 'runs.compare': RunsCompared;
    readonly 'runs.gains': RunsGains;
    readonly 'run.read': RunDetails;
    readonly 'run.change': RunRow;
    readonly 'run.updates': Page<UpdateRow>;
    readonly 'run.curves': Page<CurveCells>;
    readonly 'run.steps': Page<StepRow>;
    readonly 'run.events': Page<RunEventRow>;
    readonly 'run.stories': UpdateStories | null;
    readonly 'run.comparison': RunChange | null;
    readonly 'run.style': StyleReport | null;
    readonly 'run.report': SentFile;
    readonly 'run.guard': GuardReport | null;
    readonly 'run.holdOut': HoldOutReport | null;
    readonly 'run.drill': DrillReport | null;
    readonly 'run.pairs': PairPage;
    readonly 'stories.find': StoryPage;
    readonly 'trash.put': { readonly id: string };
    readonly 'trash.list': readonly TrashedThing[];
    readonly 'trash.restore': TrashedThing;
    readonly 'trash.empty': null;
    readonly 'stories.search': StoriesOverRuns;
    readonly 'story.explain': ExplainedScores | null;
    readonly 'sample.read': WholeSample;
    readonly 'samples.trace': readonly PairHeat[] | null;
    readonly 'story.read': WholeStory;
    readonly 'story.rate': WholeStory;
    readonly 'config.table': ConfigTable;
    readonly 'config.compose': ComposedConfig;
    readonly 'students.list': readonly StudentSource[];
    readonly 'student.tell': readonly ToldStory[];
    readonly 'teacher.try': TriedTeacher;
    readonly 'run.measure': Estimate;
    readonly 'preview.stop': null;
    readonly 'run.start': { readonly run: string };
    readonly 'queue.add': { readonly run: string | null };
    readonly 'queue.list': readonly QueuedRun[];
    readonly 'queue.next': { readonly run: string | null };
    readonly 'queue.drop': null;
    readonly 'draft.read': KeptDraft | null;
    readonly 'draft.keep': null;
    readonly 'rubrics.list': readonly ListedRubric[];
    readonly 'rubric.keep': ListedRubric;
    readonly 'run.pause': null;
    readonly 'run.checkpoint': { readonly path: string };
    readonly 'run.resume': { readonly run: string };
    readonly 'run.draft': RunDraft;
    readonly 'sample.add': { readonly run: string };
    readonly 'models.list': ModelShelf;
    readonly 'model.download': null;
    readonly 'model.pause': null;
    readonly 'model.add': { readonly name: string };
    readonly 'teacher.check': TeacherReport;
    readonly 'teacher.truth': TruthFound;
    readonly 'student.evaluate': Evaluated;
    readonly 'sets.list': readonly ListedSet[];
    readonly 'sets.make': SetSummary;
    readonly 'set.export': SentFile;
    readonly 'upload.part': { readonly upload: string };
    readonly 'sets.import': ImportedSet;
    readonly 'set.agreement': SetAgreement;
    readonly 'set.gain': SetGain | null;
    readonly 'set.truth': readonly TruthFound[] | null;
    readonly 'set.calibrations': readonly TeacherCalibration[];
    readonly 'desk.view': DeskView;
    readonly 'desk.item': DeskItem;
    readonly 'desk.answer': 'recorded' | 'taken';
    readonly 'desk.reveal': Revealed;
    readonly 'export.offer': ExportOffer;
    readonly 'export.start': ExchangeRow;
    readonly 'import.start': ExchangeRow;
    readonly 'exchanges.list': readonly ExchangeRow[];
    readonly 'exchange.cancel': null;
    readonly 'benchmarks.list': readonly BenchmarkRow[];
    readonly 'benchmarks.look': BenchmarksInFolder;
    readonly 'benchmarks.start': { readonly benchmark: string };
    readonly 'benchmarks.pause': null;
    readonly 'benchmarks.resume': { readonly benchmark: string };
    readonly 'benchmarks.results': readonly TaskScore[];
    readonly 'benchmarks.compare': readonly ComparedTask[];
    readonly 'benchmarks.ages': BenchmarkAges;
    readonly 'benchmarks.export': WrittenFolder;
    readonly 'paper.equivalents': readonly DrawnEquivalents[];
    readonly 'paper.figures': DrawnFigures;
    readonly 'passport.read': Passport;
    readonly 'passport.write': WrittenFolder;
    readonly 'page.print': string | null;
    readonly 'path.choose': string | null;
}

export type Method = keyof typeof methods & keyof Results;
/** What a page gives; what has a default may be left out. */
export type Params<M extends Method> = z.input<(typeof methods)[M]>;
/** What a handler gets. */
export type Checked<M extends Method> = z.output<(typeof methods)[M]>;
export type Result<M extends Method> = Results[M];

/** The one shape of a request; `version` is the page's, and another one is refused. */
export const requestSchema = z.strictObject({
    version: z.number().int(),
    id: z.number().int().nonnegative(),
    method: z.string().max(60),
    params: z.unknown(),
});
export interface AppRequest<M extends Method = Method> {
    readonly version: typeof appContractVersion;
    readonly id: number;
    readonly method: M;
    readonly params: Params<M>;
}
export type AppMessage = Answer | Push;
