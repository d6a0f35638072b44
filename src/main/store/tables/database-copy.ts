/**
 * Copies a run's database to one consistent file that may leave this machine: while the run goes on, without names of
 * home folder, host, user or raters, compacted, and checked completely.
 */
import fs from 'node:fs';
import Database from 'better-sqlite3';
import { badInput } from '../../../shared/faults.ts';
import { isNewerRun, openRunDatabase } from '../connection/open.ts';
import { redact, redactJson, redactPlaces, thisIdentity, type Identity } from './redaction.ts';
import { isDamage, storeFault } from '../connection/sqlite-faults.ts';

const pagesAtOnce = 2000; // before yielding

/**
 * Writes the copy to `target`, which must not exist; on failure the caller throws away what is there.
 * @param onProgress called with the fraction copied, 0–1; what it throws ends the copying
 * @throws bad input where the target exists or the run is of a newer version; a store fault where reading or writing
 * fails
 */
export async function copyDatabase(
    database: string,
    target: string,
    {
        identity = thisIdentity(),
        onProgress,
    }: { readonly identity?: Identity; readonly onProgress?: (fraction: number) => void } = {},
): Promise<void> {
    if (fs.existsSync(target))
        throw badInput(`${target} exists already and was left as it is. Choose another name for the copy.`);
    try {
        const source = openRunDatabase(database, { readonly: true });
        try {
            if (isNewerRun(source))
                throw badInput(
                    `${database} was written by a newer Storyloop: what it may tell of this computer is not known here; nothing was written. Export its tables, or its database with the newer one.`,
                );
            source.exec('BEGIN; SELECT id FROM run;'); // one view of the run: writers go on and never restart the copy
            await source.backup(target, {
                progress: ({ totalPages, remainingPages }) => {
                    onProgress?.(totalPages === 0 ? 1 : 1 - remainingPages / totalPages);
                    return pagesAtOnce;
                },
            });
        } finally {
            source.close();
        }
        makePresentable(target, identity);
    } catch (error) {
        // what is damaged in a fresh copy was so before
        throw storeFault(error, isDamage(error) ? database : target);
    }
}

/** Takes names and places out of a copy, makes it one compact file without a log of writes, and checks all of it. */
function makePresentable(file: string, identity: Identity): void {
    const db = new Database(file);
    try {
        db.pragma('trusted_schema = OFF');
        db.pragma('journal_mode = DELETE');
        const named = (name: string, redacted: (text: string) => string): void => {
            db.function(name, { directOnly: true }, (text) => (typeof text === 'string' ? redacted(text) : text));
        };
        named('redact', (text) => redact(text, identity));
        named('redact_json', (text) => redactJson(text, identity));
        named('redact_places', (text) => redactPlaces(text, identity));
        const appendOnly = db
            .prepare("SELECT sql FROM sqlite_schema WHERE name = 'event_is_append_only'")
            .pluck()
            .get() as string;
        db.transaction(() => {
            db.exec(`
                DELETE FROM lease;
                UPDATE rater SET name = iif(kind = 'person', id, redact(name)), details = redact_json(details);
                UPDATE run SET name = redact_places(name), tags = redact_places(tags), notes = redact(notes);
                UPDATE config SET value = redact_places(value); -- words there keep their meaning
                UPDATE environment SET value = redact(value);
                UPDATE attempt SET message = redact(message), fault = redact_json(fault);
                DROP TRIGGER event_is_append_only;
                UPDATE event SET message = redact(message), details = redact_json(details);
                ${appendOnly};`);
        })();
        db.exec('VACUUM'); // also wipes what the updates above left in free pages
        const verdict = db.pragma('integrity_check(1)', { simple: true });
        if (verdict !== 'ok') throw new Database.SqliteError(String(verdict), 'SQLITE_CORRUPT');
    } finally {
        db.close();
    }
    const handle = fs.openSync(file, 'r+');
    fs.fsyncSync(handle);
    fs.closeSync(handle);
}
