/** Creates folders, and tells where writing is allowed. */
import fs from 'node:fs';
import path from 'node:path';
import { badInput, isFullDisk, whyNot } from '../../../shared/faults.ts';

/**
 * Makes a folder and those above it. Node's own `recursive` option loops forever on file systems that deny existing
 * folders (/proc), and reports ENOENT for a read-only disk.
 * @throws bad input that says why it cannot be created
 */
export function makeFolder(folder: string, sentence = cannotBeMade): void {
    const missing: string[] = [];
    for (let place = path.resolve(folder); !fs.existsSync(place); place = path.dirname(place)) missing.unshift(place);
    try {
        for (const each of missing) makeOne(each);
    } catch (error) {
        if (isFullDisk(error)) throw error;
        throw badInput(sentence(folder, whyNot(error)));
    }
    if (!fs.statSync(folder).isDirectory())
        throw badInput(`${folder} is a file, not a folder; it was left as it is. Choose another place.`);
}

function cannotBeMade(folder: string, why: string): string {
    return `The folder ${folder} cannot be made (${why}); nothing was changed. Choose a place where you may write.`;
}

function makeOne(folder: string): void {
    try {
        fs.mkdirSync(folder);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // another process was first
    }
}

/** May it be written to? Where it does not exist, the nearest folder above it decides. */
export function mayWrite(place: string): boolean {
    try {
        fs.accessSync(fs.existsSync(place) ? place : path.dirname(place), fs.constants.W_OK);
        return true;
    } catch {
        return false;
    }
}

/** SQLite also writes files beside the database. */
export function mayWriteDatabase(file: string): boolean {
    return [path.dirname(file), file, `${file}-wal`, `${file}-shm`].every(mayWrite);
}

/** Renames a damaged database with what SQLite keeps beside it, and returns its new place. */
export function setAside(file: string): string {
    const place = `${file}.damaged`;
    for (const ending of ['', '-wal', '-shm'])
        if (fs.existsSync(file + ending)) fs.renameSync(file + ending, place + ending);
    return place;
}

/** @throws bad input where the data folder is read-only */
export function requireWritable(home: string): void {
    if (!mayWrite(home))
        throw badInput(
            `The data folder ${home} is read-only, so nothing was changed. Set STORYLOOP_HOME to a folder of yours.`,
        );
}
