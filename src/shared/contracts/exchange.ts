/**
 * Exports and imports: which things can be exported in which formats, and the messages between the exchange process and
 * its supervisor. Plain data only; files travel as paths.
 */
import { z } from 'zod';
import { badInput, faultSchema } from '../faults.ts';
import { storyChoiceSchema } from '../run/story-filter.ts';

export const exchangeVersion = 1;

const tables = ['csv', 'jsonl', 'parquet'] as const;

/** What can be taken of what, each thing with its formats; the first is the default. */
export const exportFormats = {
    run: {
        database: ['sqlite'],
        episodes: [...tables, 'authors'],
        ratings: tables,
        metrics: [...tables, 'authors'],
        grammar: tables,
        trial: tables,
        student: ['hf', 'gguf'],
        card: ['card'],
    },
    /** A choice of a run's stories. */
    stories: { episodes: tables, ratings: tables },
    /** A rating set: `episodes` are its stories. */
    set: { database: ['sqlite'], episodes: tables, ratings: tables, agreement: ['report'] },
    student: { student: ['hf', 'gguf'] },
} as const satisfies Record<string, Partial<Record<string, readonly string[]>>>;
export type ExportSubject = keyof typeof exportFormats;
export type ExportThing = { [S in ExportSubject]: keyof (typeof exportFormats)[S] }[ExportSubject];
export type ExportFormat = (typeof tables)[number] | 'sqlite' | 'authors' | 'hf' | 'gguf' | 'card' | 'report';
const allThings: readonly ExportThing[] = [
    'database',
    'episodes',
    'ratings',
    'metrics',
    'grammar',
    'trial',
    'student',
    'card',
    'agreement',
];
const allFormats: readonly ExportFormat[] = ['sqlite', ...tables, 'authors', 'hf', 'gguf', 'card', 'report'];

/** The things of a subject, in the order of the table, each with its formats. */
export function thingsOf(subject: ExportSubject): ReadonlyMap<ExportThing, readonly ExportFormat[]> {
    return new Map(Object.entries(exportFormats[subject]) as [ExportThing, readonly ExportFormat[]][]);
}

/** How a student's matrices are stored in a GGUF; norms, biases and positions are always F32. */
export const ggufTypes = ['F32', 'F16', 'Q8_0'] as const;
export type GgufType = (typeof ggufTypes)[number];

/** One thing in one format. */
export interface ExportPart {
    readonly what: ExportThing;
    readonly as: ExportFormat;
}

/**
 * The parts a person means: every thing named in every format named that it has, and in its default where none fits.
 * `all` is everything. `null` stands for what was not said: every table in the formats named, else the first thing.
 * @throws bad input, in one sentence, for a name that does not exist and for a format that nothing named has
 */
export function exportParts(subject: ExportSubject, what: string | null, as: string | null): readonly ExportPart[] {
    const formatsOf = thingsOf(subject);
    const known = [...formatsOf.keys()];
    const formats = as === null ? [] : namesIn('--as', as, allFormats);
    const fits = (thing: ExportThing, format: ExportFormat): boolean => formatsOf.get(thing)!.includes(format);
    let things: readonly ExportThing[];
    if (what === 'all') things = known;
    else if (what !== null) things = namesIn('--what', what, known);
    else if (formats.length === 0) things = known.slice(0, 1);
    else things = known.filter((thing) => formats.some((format) => fits(thing, format)));
    const described = (some: readonly ExportThing[]): string =>
        some.map((thing) => `${thing}: ${formatsOf.get(thing)!.join(', ')}`).join('; ') + '.';
    for (const format of formats)
        if (!things.some((thing) => fits(thing, format)))
            throw badInput(
                `Nothing of ${(things.length > 0 ? things : known).join(', ')} can be written as ${format}; nothing was written. ${described(things.length > 0 ? things : known)}`,
            );
    return things.flatMap((thing) => {
        const fitting = formats.filter((format) => fits(thing, format));
        if (fitting.length === 0 && what !== 'all' && formats.length > 0)
            throw badInput(
                `The ${thing} cannot be written as ${formats.join(', ')}; nothing was written. ${described([thing])}`,
            );
        const chosen = fitting.length > 0 ? fitting : formatsOf.get(thing)!.slice(0, 1);
        return chosen.map((format) => ({ what: thing, as: format }));
    });
}

function namesIn<Name extends string>(option: string, text: string, known: readonly Name[]): readonly Name[] {
    const names = text.split(',').map((name) => name.trim());
    const found = names.flatMap((name) => known.find((each) => each === name) ?? []);
    const unknown = names.find((name) => !known.some((each) => each === name));
    if (unknown !== undefined)
        throw badInput(`${option} cannot be "${unknown}"; nothing was written. Choose of: ${known.join(', ')}.`);
    return [...new Set(found)];
}

const path = z.string().min(1);

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A table that is ready, as whoever starts the job made it. */
const readyTableSchema = z.object({
    columns: z.array(z.object({ name: z.string(), type: z.enum(['text', 'whole', 'real', 'flag']) })).readonly(),
    rows: z.array(z.array(cell).readonly()).readonly(),
});
export type ReadyTable = Readonly<z.infer<typeof readyTableSchema>>;

export const exportPartSchema = z.object({ what: z.enum(allThings), as: z.enum(allFormats) });

const exportJobSchema = z.object({
    kind: z.literal('export'),
    /** run.sqlite, for everything but a rating set and a student alone. */
    database: path.nullable(),
    /** set.sqlite of a rating set. */
    set: path.nullable(),
    /** Null: all of the run's. */
    stories: storyChoiceSchema.nullable(),
    /** The folder of the checkpoint that leaves as the student. */
    checkpoint: path.nullable(),
    parts: z.array(exportPartSchema).min(1).readonly(),
    ggufType: z.enum(ggufTypes),
    /** Small files that are ready, by name: the run card, the agreement. */
    texts: z.record(z.string(), z.string()),
    /** Small tables that are ready, by the thing they are. */
    tables: z.record(z.string(), readyTableSchema),
    /** Which Storyloop wrote it, and when (UTC milliseconds): for the manifest. */
    storyloop: z.string(),
    at: z.number(),
    /** Where the files are prepared, inside `to`; gone when the job is over, however it ends. */
    staging: path,
    to: path,
});
export type ExportJob = Readonly<z.infer<typeof exportJobSchema>>;

const importJobSchema = z.object({
    kind: z.literal('import'),
    source: path,
    /** The data folder. */
    home: path,
    name: z.string().nullable(),
    /** The runs that are there already. */
    knownRuns: z.array(z.object({ id: z.string(), database: path })).readonly(),
    storyloop: z.string(),
    at: z.number(),
    staging: path,
});
export type ImportJob = Readonly<z.infer<typeof importJobSchema>>;

export const exchangeJobSchema = z.discriminatedUnion('kind', [exportJobSchema, importJobSchema]);
export type ExchangeJob = ExportJob | ImportJob;

export const exchangeCommandSchema = z.discriminatedUnion('type', [
    z.object({ type: z.literal('start'), version: z.literal(exchangeVersion), job: exchangeJobSchema }),
    z.object({ type: z.literal('cancel') }),
]);
export type ExchangeCommand = z.infer<typeof exchangeCommandSchema>;

/** One file of an export, as the manifest lists it. */
export const exportedFileSchema = z.object({
    /** Inside the export's folder, with `/` between names. */
    path,
    what: z.enum(allThings),
    as: z.enum(allFormats),
    bytes: z.number(),
    sha256: z.string(),
    /** Null where the file has none. */
    rows: z.number().nullable(),
    /** How it was read back, and what was found equal. */
    verified: z.string(),
});
export type ExportedFile = Readonly<z.infer<typeof exportedFileSchema>>;

const importedSchema = z.object({
    kind: z.enum(['run', 'student']),
    folder: path,
    name: z.string(),
    /** What was found and what was changed on the way in, a sentence each. */
    notes: z.array(z.string()).readonly(),
});
export type Imported = Readonly<z.infer<typeof importedSchema>>;

export const exchangeEventSchema = z.discriminatedUnion('type', [
    /** How far the whole job is, 0–1, and what is under way. */
    z.object({ type: z.literal('progress'), done: z.number(), doing: z.string() }),
    z.object({
        type: z.literal('exported'),
        to: path,
        files: z.array(exportedFileSchema).readonly(),
        peakRssBytes: z.number(),
    }),
    z.object({ type: z.literal('imported'), imported: importedSchema }),
    z.object({ type: z.literal('cancelled') }),
    z.object({ type: z.literal('fault'), fault: faultSchema }),
]);
export type ExchangeEvent = Readonly<z.infer<typeof exchangeEventSchema>>;
