/** Follows a student back through the runs that it comes from, by the digests of its parents, and counts its words. */
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import {
    judge,
    prescribedCheckpoints,
    totalsOf,
    type Passport,
    type PassportStage,
    type PassportTeacher,
} from '../../../../shared/passport/passport.ts';
import { ownTeachers } from '../../../../shared/ratings/teachers.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import { listRuns, type Workshop } from '../../../store/home/workshop.ts';
import { runFolderAt, type RunFolder } from '../../../store/home/run-folder.ts';
import { milestones } from '../../../store/run/checkpoints.ts';
import { readProvenance } from '../../../store/run/provenance.ts';
import { readConfig, readSummary } from '../../../store/run/run.ts';
import { exchangedWords, type ExchangedWords } from '../../../store/run/words-spent.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { shippedStudentFolder } from '../../sources/checkpoint-source.ts';
import { countWords } from '../../../text/words.ts';

/** What a checkpoint of Storyloop's says of itself; a folder from elsewhere has no such file. */
const sealSchema = z.object({
    words: z.number(),
    parents: z.array(z.string()),
    sha256: z.record(z.string(), z.string()),
});
type Seal = z.infer<typeof sealSchema>;

/** One place in the chain: a checkpoint of a run, or a folder that no run here wrote. */
interface Link {
    readonly folder: RunFolder | null;
    /** Update or step after which it was taken. */
    readonly update: number;
    readonly seal: Seal | null;
    readonly name: string;
}

export function passportOf(workshop: Workshop, checkpoint: string, now: number): Passport {
    const runs = listRuns(workshop, now).flatMap((run) => (run.kind === 'run' ? [run.folder] : []));
    const seal = readSeal(checkpoint);
    const own = runFolderAt(join(checkpoint, '..', '..')); // <run>/checkpoints/<name>
    const links = chainOf(existsSync(own.database) ? own : null, checkpoint, seal, runs);
    const stages = links.map(stageOf).toReversed();
    const totals = totalsOf(stages);
    const pretrained = links.find(({ folder }) => folder !== null && kindOf(folder) === 'pretrain')?.folder ?? null;
    const kept = pretrained === null ? [] : keptAt(pretrained);
    const checkpoints = prescribedCheckpoints(totals.corpusWordsSeen, kept);
    return {
        student: links[0]!.name,
        digest: digestOf(seal) ?? 'unknown',
        stages,
        totals,
        checkpoints,
        judgements: judge(stages, checkpoints),
    };
}

const digestOf = (seal: Seal | null): string | null => seal?.sha256['model.safetensors'] ?? null;

/** The newest first. */
function chainOf(
    run: RunFolder | null,
    checkpoint: string,
    seal: Seal | null,
    runs: readonly RunFolder[],
): readonly Link[] {
    const links: Link[] = [];
    let at: { folder: RunFolder | null; seal: Seal | null; digest: string | null; name: string } = {
        folder: run,
        seal,
        digest: digestOf(seal),
        name: run === null ? basename(checkpoint) : `${basename(run.folder)} · ${basename(checkpoint)}`,
    };
    for (let length = 0; length < 100; length++) {
        const taken = at.folder === null ? null : keptWith(at.folder, at.digest);
        links.push({ folder: at.folder, update: taken?.update ?? 0, seal: at.seal, name: at.name });
        if (at.folder === null || kindOf(at.folder) === 'pretrain') break;
        // the run's own start is made from the student before it, which other weights may have followed
        const parents = at.seal?.parents ?? [];
        const source = parents.find((digest) => digest !== startOf(at.folder!));
        if (source === undefined) {
            links.push({ folder: null, update: 0, seal: null, name: 'unknown' });
            break;
        }
        const from = runs.find((folder) => folder.folder !== at.folder!.folder && keptWith(folder, source) !== null);
        const place = from === undefined ? null : join(from.folder, keptWith(from, source)!.path);
        at = {
            folder: from ?? null,
            seal: place === null ? { ...at.seal!, parents: [] } : readSeal(place),
            digest: source,
            name: from === undefined ? nameOfForeign(source) : basename(from.folder),
        };
    }
    return links;
}

/** The student that ships is known by its weights. */
function nameOfForeign(digest: string): string {
    const shipped = shippedStudentFolder();
    return shipped !== null && digestOf(readSeal(shipped)) === digest ? basename(shipped) : 'a student from elsewhere';
}

function stageOf({ folder, update, seal, name }: Link): PassportStage {
    const nothing = { promptWords: 0, studentWords: 0, teacherWords: 0, teacherRead: 0, teacher: null };
    if (folder === null) {
        // a seal of Storyloop's knows how much was read, and a corpus is never larger than that
        const words = seal === null || seal.words === 0 ? null : seal.words;
        return { kind: 'brought-in', name, corpusWordsSeen: words, corpusWords: words, ...nothing };
    }
    return withRun(folder, (db) => {
        const { kind, name: called } = readSummary(db, 0);
        if (kind === 'pretrain') {
            const words = milestones(db).findLast((each) => each.update === update)?.words ?? null;
            return { kind, name: called, corpusWordsSeen: words, corpusWords: corpusOf(db, words), ...nothing };
        }
        const exchanged = exchangedWords(db, update);
        const promptWords = wordsOf(exchanged.prompts);
        const teacher = teacherOf(db);
        return {
            kind,
            name: called,
            corpusWordsSeen: 0,
            corpusWords: 0,
            promptWords,
            studentWords: exchanged.studentWords,
            teacherWords: exchanged.inputWords - wordsOf(exchanged.firstPrompts),
            teacherRead: promptWords + exchanged.studentWords,
            teacher,
        };
    });
}

const wordsOf = (prompts: ExchangedWords['prompts']): number =>
    prompts.reduce((sum, { text, times }) => sum + times * countWords(text), 0);

/** Once: of all passes one, where all were made; else as much as was read, which is no less. */
function corpusOf(db: RunDatabase, words: number | null): number | null {
    const { values } = readConfig(db);
    const isWhole = readSummary(db, 0).state === 'finished' && values['pretrain.minutes'] === 0;
    const final = milestones(db).findLast(({ kind }) => kind === 'final')?.words ?? null;
    if (words === null || !isWhole || final === null) return words;
    return Math.min(words, Math.round(final / Math.max(1, values['pretrain.epochs'])));
}

function teacherOf(db: RunDatabase): PassportTeacher | null {
    const teacher = readProvenance(db).raters.find(({ kind }) => kind === 'teacher');
    if (teacher === undefined) return null;
    const { values } = readConfig(db);
    const isModel = !values.teacher.split('+').every((member) => ownTeachers.some((own) => own === member.trim()));
    const details = Object.fromEntries(
        Object.entries(teacher.details).filter(
            (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
        ),
    );
    return {
        id: teacher.id,
        isModel,
        readsProbabilities: isModel && values['teacher.reading'] === 'expected',
        details,
    };
}

function keptWith(folder: RunFolder, digest: string | null): { readonly path: string; readonly update: number } | null {
    return withRun(folder, (db) => milestones(db).findLast((each) => each.digest === digest) ?? null);
}

const startOf = (folder: RunFolder): string | null =>
    withRun(folder, (db) => milestones(db).find(({ kind }) => kind === 'initial')?.digest ?? null);

const kindOf = (folder: RunFolder): PassportStage['kind'] => withRun(folder, (db) => readSummary(db, 0).kind);

function keptAt(folder: RunFolder): readonly { readonly words: number; readonly folder: string }[] {
    return withRun(folder, (db) => milestones(db))
        .map(({ words, path }) => ({ words, folder: join(folder.folder, path) }))
        .filter((each) => existsSync(each.folder));
}

function withRun<T>({ database }: RunFolder, work: (db: RunDatabase) => T): T {
    const db = openRunDatabase(database, { readonly: true });
    try {
        return work(db);
    } finally {
        db.close();
    }
}

function readSeal(folder: string): Seal | null {
    const file = join(folder, 'storyloop.json');
    return existsSync(file) ? sealSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : null;
}
