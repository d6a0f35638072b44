/** Answers a page's comparisons: of a run before and after learning, and of runs with each other. */
import path from 'node:path';
import { computedOnKey, type RunChange, type RunsCompared } from '../../../../shared/views/runs.ts';
import type { StoryPair } from '../../../../shared/views/stories.ts';
import { configKeys, type RunConfig } from '../../../../shared/run/config.ts';
import { says, termsOf } from '../../../../shared/text/search-terms.ts';
import { evaluations, samplePairs } from '../../../store/run/evaluations.ts';
import { readProvenance } from '../../../store/run/provenance.ts';
import { readConfig, readSummary } from '../../../store/run/run.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { ratedIds, storyRows } from '../../../store/run/stories/story-lists.ts';
import { lastUpdate, updateNearest } from '../../../store/run/updates.ts';
import { peoplesGainOfRun } from '../../people/gain-of-run.ts';
import { gainFound } from '../../reports/comparison/comparison.ts';
import { gainsOfRuns, type KnownGains } from '../../reports/comparison/gains.ts';
import { compareRunAside } from '../../reports/comparison/comparison-thread.ts';
import { drillReportOf } from '../../reports/run/drill.ts';
import { guardReportAside, type CountedReadings } from '../../reports/run/guard.ts';
import { holdOutReportOf, type KnownHoldOuts } from '../../reports/run/hold-out.ts';
import type { Handlers } from '../handlers.ts';
import type { OpenRuns } from './open-runs.ts';

/** @param studentOf the name of the student that a run started from */
export function comparingHandlers(
    runs: OpenRuns,
    studentOf: (run: string) => string | null,
): Pick<
    Handlers,
    'run.comparison' | 'run.guard' | 'run.holdOut' | 'run.drill' | 'run.pairs' | 'runs.compare' | 'runs.gains'
> {
    const changes = new Map<string, Promise<RunChange | null>>(); // kept, because a bootstrap takes seconds
    const holdOuts: KnownHoldOuts = new Map();
    const guards = new Map<string, CountedReadings>(); // by run; a reading never changes
    const gains: KnownGains = new Map();
    return {
        'run.comparison': ({ run }) => {
            const { key, database } = runs.read(run, (db, folder) => ({
                key: JSON.stringify([run, evaluations(db).map(({ id }) => id)]),
                database: folder.database,
            }));
            // people may have rated more of its stories since
            const withPeople = (change: RunChange | null): RunChange | null =>
                change && { ...change, people: peoplesGainOfRun(database) };
            const known = changes.get(key);
            if (known) return known.then(withPeople);
            const change = changeOf(database).then((found) => {
                if (found?.gain.control === null) changes.delete(key); // a control may be run later
                return found;
            });
            changes.set(key, change);
            change.catch(() => changes.delete(key)); // the caller gets the error; the next one tries again
            return change;
        },
        'run.guard': ({ run }) => {
            const counted: CountedReadings = guards.get(run) ?? new Map();
            guards.set(run, counted);
            return guardReportAside(runs.folderOf(run).database, counted);
        },
        'run.holdOut': ({ run }) => holdOutReportOf(runs.folderOf(run).database, holdOuts),
        'run.drill': ({ run }) => drillReportOf(runs.folderOf(run).database),
        'run.pairs': ({ run, text = '', sort, descending, offset, limit }) =>
            runs.read(run, (db) => {
                const done = evaluations(db);
                const before = done.findLast(({ phase }) => phase === 'before');
                const after = done.findLast(({ phase }) => phase === 'after');
                if (!before || !after) return { total: 0, offset, rows: [] };
                const terms = termsOf(text);
                const pairs = samplePairs(db, before.id, after.id).filter(
                    (pair) => says(pair.before.story, terms) || says(pair.after.story, terms),
                );
                const sorted =
                    sort === 'seed' ? pairs : pairs.toSorted(byNumber(sort === 'change' ? changed : afterTotal));
                const ordered = descending ? sorted.toReversed() : sorted;
                return { total: ordered.length, offset, rows: ordered.slice(offset, offset + limit) };
            }),
        'runs.gains': ({ runs: names, judge }) =>
            gainsOfRuns(
                names.map((run) => runs.folderOf(run).database),
                (database) => studentOf(folderOf(database)),
                {
                    judge: judge ?? null,
                    known: gains,
                    readRun: (database, work) => runs.read(folderOf(database), work),
                },
            ),
        'runs.compare': ({ runs: names }) => {
            const configs = names.map((run) => runs.read(run, (db) => readConfig(db).values));
            const finished = names.filter((run) =>
                runs.read(run, (db) => readSummary(db, Date.now()).state === 'finished'),
            );
            const told = finished.length >= 2 ? finished : names; // one that was broken off would cut all others short
            const meetAtWords = Math.min(...told.map((run) => runs.read(run, (db) => lastUpdate(db)?.inputWords ?? 0)));
            return {
                config: [
                    ...configLines(configs),
                    line(
                        computedOnKey,
                        names.map((run) => runs.read(run, computedOn)),
                    ),
                ],
                meetAtWords,
                stories: names.map((run) =>
                    told.includes(run) ? runs.read(run, (db) => storiesAt(db, meetAtWords)) : null,
                ),
            };
        },
    };
}

const folderOf = (database: string): string => path.basename(path.dirname(database));

async function changeOf(database: string): Promise<RunChange | null> {
    const comparison = await compareRunAside(database);
    if (comparison === null) return null;
    const { criteria, scores, criteriaAtEqualLength, control, examples, people } = comparison;
    const { byLength, flattery, distributions, changes } = comparison;
    return {
        criteria,
        ...scores,
        criteriaAtEqualLength,
        criteriaOverControl: control?.criteriaOverAtEqualLength ?? null,
        gain: gainFound(comparison),
        people,
        byLength,
        flattery,
        distributions,
        changes,
        examples,
    };
}

const changed = ({ before, after }: StoryPair): number =>
    before.total === null || after.total === null ? Number.NaN : after.total - before.total;
const afterTotal = ({ after }: StoryPair): number => after.total ?? Number.NaN;

/** Sorts in ascending order; NaN counts as lowest. */
function byNumber(read: (pair: StoryPair) => number): (a: StoryPair, b: StoryPair) => number {
    const place = (pair: StoryPair): number => (Number.isNaN(read(pair)) ? -Infinity : read(pair));
    return (a, b) => (place(a) === place(b) ? a.seed - b.seed : place(a) - place(b));
}

type SettingSideBySide = RunsCompared['config'][number];

function configLines(configs: readonly RunConfig[]): readonly SettingSideBySide[] {
    return configKeys.map((key) =>
        line(
            key,
            configs.map((config) => config[key]),
        ),
    );
}

function line(key: string, values: SettingSideBySide['values']): SettingSideBySide {
    return { key, values, differs: new Set(values).size > 1 };
}

function computedOn(db: RunDatabase): string {
    return computedOnWords(readProvenance(db).attempts.flatMap(({ devices }) => devices));
}

/** The GPU with its precision, or the processor, whose threads and bindings change nothing; one after the other. */
export function computedOnWords(devices: readonly string[]): string {
    const words = devices.map((device) =>
        device.startsWith('CPU,') ? 'processor' : device.split(', onnxruntime')[0]!,
    );
    return [...new Set(words)].join(', then ');
}

/** Stories of the update nearest to so many words: the quartiles of its scores, so that neither run shows its best. */
function storiesAt(db: RunDatabase, words: number): NonNullable<RunsCompared['stories'][number]> {
    const update = updateNearest(db, words);
    if (update === null) return { update: 0, rows: [] };
    const rated = ratedIds(db, update);
    const chosen = [0.25, 0.5, 0.75].flatMap((place) => rated[Math.floor(place * rated.length)] ?? []);
    return { update, rows: storyRows(db, chosen) };
}
