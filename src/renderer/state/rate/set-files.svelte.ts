/** Exports rating sets to files, and imports those of colleagues. */
import type { ImportedSet } from '../../../shared/ratings/rating-sets.ts';
import { sentenceOf } from '../../lib/app/asking.ts';
import { base64PartsOf, bytesOf, saveFile } from '../../lib/page/files.ts';
import { counted } from '../../lib/text/words.ts';
import { say, sayFault } from '../app/toasts.svelte.ts';
import { ask } from '../workshop.svelte.ts';

/** Hands the set to the person as one file without names. */
export async function exportSet(set: string): Promise<void> {
    try {
        const { name, base64 } = await ask('set.export', { set });
        saveFile(name, new Blob([bytesOf(base64)], { type: 'application/vnd.sqlite3' }));
        say(`${name} holds the stories and all ratings; raters are called by pseudonyms in it.`);
    } catch (error) {
        sayFault(sentenceOf(error));
    }
}

/** Takes a colleague's file in; null where it was refused, which is said. */
export async function importSet(file: File): Promise<ImportedSet | null> {
    try {
        let upload: string | null = null;
        for await (const base64 of base64PartsOf(file))
            ({ upload } = await ask('upload.part', { upload, name: file.name.slice(0, 200), base64 }));
        const imported: ImportedSet = await ask('sets.import', { upload: upload! });
        const { kind, set, added, known, conflicts } = imported;
        const ratings = counted(added, 'rating');
        if (kind === 'new') say(`${set.name} is there: ${counted(set.stories, 'story', 'stories')} to rate.`);
        else if (added === 0 && conflicts.length === 0)
            say(
                known === 0
                    ? `No rating is in that file; ${set.name} is as it was.`
                    : `All ${counted(known, 'rating')} of that file are in ${set.name} already; nothing was changed.`,
            );
        else if (conflicts.length === 0)
            say(`${set.name}: ${ratings} added${known > 0 ? `, ${known} already here` : ''}.`);
        return imported;
    } catch (error) {
        sayFault(sentenceOf(error));
        return null;
    }
}
