/** Deleting: things go to the trash, can be taken back at once, and lie there until the trash is emptied. */
import type { Params } from '../../shared/contracts/app.ts';
import { shortened } from '../lib/text/words.ts';
import { say } from './app/toasts.svelte.ts';
import { askOrSay } from './workshop.svelte.ts';

type ThingToDelete = Params<'trash.put'>;

/**
 * @param changed is called when they have gone, and when they are back
 * @returns whether any went
 */
export async function moveToTrash(
    things: readonly ThingToDelete[],
    changed: () => void = () => undefined,
): Promise<boolean> {
    const gone: { readonly id: string; readonly label: string }[] = [];
    for (const thing of things) {
        const answer = await askOrSay('trash.put', thing);
        if (answer) gone.push({ id: answer.result.id, label: thing.label });
    }
    if (gone.length === 0) return false;
    changed();
    say(`${wordsFor(gone)} moved to the trash. It can be put back from Settings, too.`, {
        undo: () => void putBack(gone, changed),
    });
    return true;
}

export async function putBack(
    things: readonly { readonly id: string; readonly label: string }[],
    changed: () => void = () => undefined,
): Promise<void> {
    const back: { readonly label: string }[] = [];
    for (const { id, label } of things) if (await askOrSay('trash.restore', { id })) back.push({ label });
    if (back.length === 0) return;
    changed();
    say(`${wordsFor(back)} put back where it was.`);
}

const wordsFor = (things: readonly { readonly label: string }[]): string =>
    things.length === 1 ? shortened(things[0]!.label) : `${things.length} things`;
