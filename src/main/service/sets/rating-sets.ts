/**
 * Rating sets: made from runs, rated at a desk, exchanged as one file, and compared with the teachers of their runs.
 */
import type { CalibrationFile } from '../../../shared/ratings/calibration.ts';
import type { TruthFound } from '../../../shared/ratings/known-truth.ts';
import type { SetGain } from '../../../shared/ratings/peoples-gain.ts';
import { givenName } from '../../../shared/text/names.ts';
import type {
    ImportedAnswer,
    ImportedSet,
    ListedSet,
    NamedStory,
    SetAgreement,
    SetSummary,
    TeacherCalibration,
} from '../../../shared/ratings/rating-sets.ts';
import { givenPath } from '../../store/home/given-path.ts';
import { episodeKey } from '../../store/run/ratings/rated-stories.ts';
import {
    readSetHead,
    setItems,
    setRaters,
    setRatings,
    setStories,
    type NewSet,
    type SetRating,
} from '../../store/sets/rating-set.ts';
import { readSummary } from '../../store/run/run.ts';
import { createSet, exportSet, findSet, importSet, listSets, withSet } from '../../store/home/set-files.ts';
import type { RunDatabase } from '../../store/connection/statements.ts';
import { findRun, listRuns } from '../../store/home/workshop.ts';
import { measureAgreement } from './agreement.ts';
import { importRatings, isRatingsFile } from './importing-ratings.ts';
import { composeSet, inRun, type SetRequest } from './making-sets.ts';
import { openHome, type OpenHome } from '../sources/home.ts';
import { openDesk, type RatingDesk } from './rating-desk.ts';
import { calibrationOf, calibrationsOf } from './set-calibration.ts';
import { setRows, type SetRows } from './set-rows.ts';
import { answersThatCount } from '../people/answers.ts';
import { composeKnownSet, truthOfSet } from './known-sets.ts';
import { gainOfSet } from '../people/gain-of-run.ts';
import { composeGainSet } from './making-gain-sets.ts';
import { readSetTable, reportId, teachersOf, type SetTable } from './set-table.ts';

const notSampled =
    'The stories of this set come from training and were chosen by the teacher’s scores, so they are no random sample of before and after, and what people would say of the gain cannot be computed from them. Make a set for the gain.';

export { givenPath } from '../../store/home/given-path.ts'; // for the command line, which may not import the store

export interface RatingSets {
    /** Copies stories from runs, equally many from each quarter of the teacher's scores in each stage of training. */
    make(request: SetRequest): SetSummary & { readonly file: string };
    list(): readonly ListedSet[];
    desk(set: string, rater: string): RatingDesk;
    export(set: string, target: string): void;
    /** `called`: what sentences call the file; left out, its path. */
    import(file: string, called?: string): ImportedSet & { readonly file: string };
    /** `all`: counts also what was rated after un-blinding. `anonymise`: people get pseudonyms, for exports. */
    agreement(set: string, options: { readonly all: boolean; readonly anonymise?: boolean }): Promise<SetAgreement>;
    /** What people would say that the set's run gained, or why that cannot be said; null where it is of no run. */
    gain(set: string, options: { readonly all: boolean }): SetGain | null;
    /** How each person did on a set of known truth; null for another set. */
    truth(set: string, options: { readonly all: boolean }): readonly TruthFound[] | null;
    /** The set as tables for an export; people get pseudonyms. */
    rows(set: string): SetRows;
    /** What a teacher's scores are worth to people; `teacher` may be left out where there is only one. */
    calibrate(set: string, teacher: string | null): CalibrationFile;
    calibrations(set: string): readonly TeacherCalibration[];
}

/** @param workshop is closed by its owner; a command that ends with its process may leave it out */
export function openRatingSets(workshop: OpenHome = openHome()): RatingSets {
    const { home, clock } = workshop;

    function databaseOf(id: string): string | null {
        const found = listRuns(workshop, clock()).find((run) => run.kind === 'run' && run.summary.id === id);
        return found?.folder.database ?? null;
    }

    function compose(databases: readonly string[], request: SetRequest): NewSet {
        switch (request.purpose ?? 'agreement') {
            case 'agreement':
                return composeSet(databases, request, clock());
            case 'gain':
                return composeGainSet(home, databases, request, clock());
            case 'known-truth':
                return composeKnownSet(request, clock());
        }
    }

    function gainOf({ purpose, rubric, runs }: SetTable, all: boolean): SetGain | null {
        switch (purpose) {
            case 'agreement':
                return { kind: 'refused', sentence: notSampled };
            case 'gain':
                return gainOfSet(home, databaseOf(runs[0]!), rubric, all);
            case 'known-truth':
                return null;
        }
    }

    function tableOf(set: string, all: boolean, anonymise = false): SetTable {
        return readSetTable(findSet(home, set), all, databaseOf, anonymise);
    }

    function namedStories(set: string, named: readonly string[]): readonly NamedStory[] {
        const stories = withSet(findSet(home, set), { readonly: true }, setStories);
        const wanted = stories.filter((story) => named.includes(reportId(story)));
        const databases = new Map([...new Set(wanted.map(({ run }) => run))].map((run) => [run, databaseOf(run)]));
        return wanted.map((each) => {
            const { run, attempt, episode, story } = each;
            const database = databases.get(run);
            const key = database ? inRun(database, (db) => episodeKey(db, attempt, episode)) : null;
            return { id: reportId(each), run, episode: key, story };
        });
    }

    return {
        make({ name, ...choice }) {
            const request = { ...choice, name: givenName(name, 'a rating set') };
            const databases = new Set(request.runs.map((run) => findRun(workshop, run, clock()).database));
            const file = createSet(home, compose([...databases], request));
            return { file, ...withSet(file, { readonly: true }, summaryOf) };
        },
        list: () =>
            listSets(home, summaryOf).map((set) =>
                set.kind === 'unreadable' ? set : { kind: 'set', file: set.file, ...set.content },
            ),
        desk: (set, rater) =>
            openDesk(
                findSet(home, set),
                rater,
                (story) => {
                    const database = databaseOf(story.run);
                    const [ratings] = teachersOf([story], databaseOf).ratings;
                    return {
                        run: database && inRun(database, (db) => readSummary(db, clock()).name),
                        teachers: ratings!.map(({ teacher, scores }) => ({ teacher, scores })),
                    };
                },
                clock,
            ),
        export: (set, target) => exportSet(findSet(home, set), givenPath(target)),
        import(source, called) {
            const path = givenPath(source);
            const { kind, file, ...rest } = isRatingsFile(path)
                ? importRatings(home, path, called ?? path, databaseOf)
                : importSet(home, path, called);
            const { set, names } = withSet(file, { readonly: true }, (db) => ({
                set: summaryOf(db),
                names: new Map(setRaters(db).map(({ id, name }) => [id, name])),
            }));
            const merged = 'merged' in rest ? rest.merged : { added: 0, known: 0, conflicts: [] };
            return {
                kind,
                file,
                set,
                added: merged.added,
                known: merged.known,
                conflicts: merged.conflicts.map(({ ours, theirs }) => ({
                    position: ours.position,
                    rater: names.get(ours.rater) ?? ours.rater,
                    ours: answerOf(ours),
                    theirs: answerOf(theirs),
                })),
            };
        },
        rows: (set) => withSet(findSet(home, set), { readonly: true }, (db) => setRows(db, databaseOf)),
        async agreement(set, { all, anonymise: away = false }) {
            const found = tableOf(set, all, away);
            const { table, name, missing, otherScales } = found;
            const measured = await measureAgreement(table);
            const named = measured.report.disagreements.map(({ story }) => story);
            return {
                ...measured,
                name,
                criteria: table.criteria,
                missingRuns: missing,
                otherScales,
                gain: gainOf(found, all),
                stories: namedStories(set, named),
            };
        },
        gain: (set, { all }) => gainOf(tableOf(set, all), all),
        truth: (set, { all }) => truthOfSet(findSet(home, set), all),
        calibrate: (set, wanted) => calibrationOf(tableOf(set, false), wanted),
        calibrations: (set) => calibrationsOf(tableOf(set, false)),
    };
}

function answerOf({ kind, scores, flagged, note }: SetRating): ImportedAnswer {
    return { kind, scores, flagged, note };
}

function summaryOf(db: RunDatabase): SetSummary {
    const { id, name, createdAt, rubric, purpose } = readSetHead(db);
    const scored = answersThatCount(setRatings(db), true);
    return {
        id,
        name,
        createdAt,
        purpose,
        rubric: rubric.id,
        criteria: rubric.criteria.map((criterion) => criterion.id),
        stories: setStories(db).length,
        items: setItems(db).length,
        raters: setRaters(db).map((rater) => ({
            name: rater.name,
            scored: scored.filter((rating) => rating.rater === rater.id).length,
        })),
    };
}
