/**
 * A tournament of methods: which runs it is made of, and which of them are there already. The plan is a file in the
 * tournament's folder, so that the same command goes on where the last one stopped.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { z } from 'zod';
import { badInput } from '../../../../shared/faults.ts';
import { methods, type LearningMethod, type MethodId } from '../../../../shared/settings/methods.ts';
import { jsonOf } from '../../../../shared/text/json.ts';

const planFile = 'tournament.json';
const methodId = z.enum(methods.map(({ id }) => id) as [MethodId, ...MethodId[]]);
const entrantSchema = z.object({ method: methodId, seed: z.number().int(), isControl: z.boolean() });
const planSchema = z.object({
    version: z.literal(1),
    /** As it was typed: a run, a folder, `shipped`. */
    from: z.string(),
    preset: z.string(),
    /** The settings of all its runs, but for the methods’ own, the seed and the shuffling. */
    settings: z.record(z.string(), z.union([z.string(), z.number()])),
    methods: z.array(methodId).min(1),
    seeds: z.array(z.number().int()).min(1),
    hasControls: z.boolean(),
    /** Folders under `runs/` of those that were begun. */
    runs: z.array(entrantSchema.extend({ run: z.string() })),
});
export type TournamentPlan = Readonly<z.infer<typeof planSchema>>;
export type Entrant = Readonly<z.infer<typeof entrantSchema>>;
/** The plan before any run of it was begun. */
export type TournamentAsked = Omit<TournamentPlan, 'version' | 'runs'>;

export const methodNamed = (id: MethodId): LearningMethod => methods.find((each) => each.id === id)!;

/** Seed by seed, so that what is there when it is broken off compares all methods: each method, then its control. */
export function entrantsOf({ methods: ids, seeds, hasControls }: TournamentAsked): readonly Entrant[] {
    const kinds = hasControls ? [false, true] : [false];
    return seeds.flatMap((seed) => ids.flatMap((method) => kinds.map((isControl) => ({ method, seed, isControl }))));
}

/** “RLOO, seed 43, shuffled” */
export function entrantName({ method, seed, isControl }: Entrant): string {
    return `${methodNamed(method).name}, seed ${seed}${isControl ? ', shuffled' : ''}`;
}

/** The run of an entrant; null where it was not begun. */
export function runOf({ runs }: TournamentPlan, entrant: Entrant): string | null {
    const isIt = (each: Entrant): boolean =>
        each.method === entrant.method && each.seed === entrant.seed && each.isControl === entrant.isControl;
    return runs.find(isIt)?.run ?? null;
}

/**
 * The plan that is in the folder, where it is the one asked for; a new one in a folder that is empty or new.
 * @throws bad input where the folder holds anything else
 */
export function openPlan(folder: string, asked: TournamentAsked): TournamentPlan {
    const file = join(folder, planFile);
    if (!existsSync(file)) {
        if (existsSync(folder) && readdirSync(folder).length > 0)
            throw badInput(
                `${folder} holds something already; nothing was started. Name a folder that is empty or new.`,
            );
        return keepPlan(folder, { version: 1, ...asked, runs: [] });
    }
    const plan = readPlan(file);
    if (!isDeepStrictEqual(whatIsPlayed(plan), whatIsPlayed({ ...asked, version: plan.version, runs: plan.runs })))
        throw badInput(
            `${folder} holds a tournament with other settings; nothing was started. Name another folder, or type the command that began it.`,
        );
    return plan;
}

/** How runs are computed may change: with another version, another default; and each run keeps its own. */
function whatIsPlayed(plan: TournamentPlan): TournamentPlan {
    const settings = Object.entries(plan.settings).filter(([key]) => !key.startsWith('runtime.'));
    return { ...plan, settings: Object.fromEntries(settings) };
}

function readPlan(file: string): TournamentPlan {
    const parsed = planSchema.safeParse(jsonOf(readFileSync(file, 'utf8')));
    if (!parsed.success)
        throw badInput(`${file} is not the plan of a tournament; nothing was started. Name another folder.`);
    return parsed.data;
}

/** Notes a run that was begun. Returns the plan with it. */
export function enter(folder: string, plan: TournamentPlan, entrant: Entrant, run: string): TournamentPlan {
    const others = plan.runs.filter((each) => runOf({ ...plan, runs: [each] }, entrant) === null);
    return keepPlan(folder, { ...plan, runs: [...others, { ...entrant, run }] });
}

function keepPlan(folder: string, plan: TournamentPlan): TournamentPlan {
    mkdirSync(folder, { recursive: true });
    const draft = join(folder, `${planFile}.partial`);
    writeFileSync(draft, `${JSON.stringify(plan, null, 4)}\n`);
    renameSync(draft, join(folder, planFile));
    return plan;
}
