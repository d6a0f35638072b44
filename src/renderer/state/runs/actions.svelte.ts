/** Actions on runs that several pages share. Each says what it did, with an undo where there is one. */
import type { Params } from '../../../shared/contracts/app.ts';
import type { RunRow } from '../../../shared/views/runs.ts';
import { copyText } from '../../lib/page/clipboard.ts';
import { bytesOf, saveFile } from '../../lib/page/files.ts';
import { shortened } from '../../lib/text/words.ts';
import { exportOf } from '../exchanges.svelte.ts';
import { go } from '../app/route.svelte.ts';
import { say, sayFault } from '../app/toasts.svelte.ts';
import { moveToTrash } from '../trash.svelte.ts';
import { askOrSay, stateOf } from '../workshop.svelte.ts';

export async function pauseRun({ run, name }: RunRow): Promise<void> {
    const about = stateOf(run);
    if (await askOrSay('run.pause', { run }, about))
        say(`${shortened(name)} will pause as soon as nothing would be lost.`, { about });
}

/** Settles when the checkpoint is whole, or was refused. */
export async function keepCheckpoint({ run, name }: RunRow): Promise<void> {
    const kept = await askOrSay('run.checkpoint', { run });
    if (kept) say(`Saved ${kept.result.path.replace(/^.*\//u, '')} of ${shortened(name)}. You can find it in Models.`);
}

/** Adds the finished run that ships with Storyloop to the list, and opens it. */
export async function openSample(): Promise<void> {
    const sample = await askOrSay('sample.add', {});
    if (sample) go('run', sample.result.run);
}

export async function removeSample({ run, name }: RunRow): Promise<void> {
    if (await moveToTrash([{ kind: 'run', name: run, label: name }])) go('runs');
}

export async function continueRun({ run, name }: RunRow): Promise<void> {
    const about = stateOf(run);
    if (await askOrSay('run.resume', { run }, about)) say(`${shortened(name)} has continued.`, { about });
}

export function duplicateRun({ run }: RunRow): void {
    go('new', null, { like: run });
}

export function exportRun({ run, name }: RunRow): void {
    exportOf({ label: name, of: { subject: 'run', run } });
}

/** Saves the run as one HTML file. Settles when it is saved, or was refused. */
export async function saveReport({ run, name }: RunRow): Promise<void> {
    const written = await askOrSay('run.report', { run });
    if (!written) return;
    const { name: file, base64 } = written.result;
    saveFile(file, new Blob([bytesOf(base64)], { type: 'text/html' }));
    say(`${file} tells of ${shortened(name)} without Storyloop, and lets a reader rate stories blind.`);
}

export async function archiveRuns(rows: readonly RunRow[], archived: boolean): Promise<void> {
    const done: RunRow[] = [];
    for (const row of rows) if (await askOrSay('run.change', { run: row.run, archived })) done.push(row);
    if (done.length === 0) return;
    const names = done.length === 1 ? shortened(done[0]!.name) : `${done.length} runs`;
    say(archived ? `${names} archived.` : `${names} restored to the list.`, {
        undo: () => void archiveRuns(done, !archived),
    });
}

export async function changeRun(row: RunRow, change: Omit<Params<'run.change'>, 'run'>): Promise<void> {
    const { run, name } = row;
    if (!(await askOrSay('run.change', { run, ...change }))) return;
    const before = {
        ...(change.name === undefined ? {} : { name }),
        ...(change.tags === undefined ? {} : { tags: [...row.tags] }),
        ...(change.notes === undefined ? {} : { notes: row.notes }),
    }; // and no more: what was changed in between stays
    say(changeWords(name, change), { undo: () => void askOrSay('run.change', { run, ...before }) });
}

function changeWords(name: string, change: Omit<Params<'run.change'>, 'run'>): string {
    const run = shortened(name);
    if (change.name !== undefined) return `Renamed ${run} to ${shortened(change.name)}.`;
    if (change.tags !== undefined) return `Changed the tags of ${run}.`;
    return `Saved the notes on ${run}.`;
}

/** @param says that it was done, in a sentence */
export async function copy(text: string, says: string): Promise<void> {
    if (await copyText(text)) say(says);
    else sayFault(`This browser does not let the page copy. Select this and press Ctrl C: ${text}`);
}
