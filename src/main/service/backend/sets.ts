/**
 * Answers a page about rating sets, the desk and agreement. A desk stays open as long as the app; an answer is one
 * write.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { badInput } from '../../../shared/faults.ts';
import type { SentFile } from '../../../shared/ratings/rating-sets.ts';
import type { OpenHome } from '../sources/home.ts';
import type { RatingDesk } from '../sets/rating-desk.ts';
import { openRatingSets, type RatingSets } from '../sets/rating-sets.ts';
import type { Handlers } from './handlers.ts';
import { openUploads } from './exchange/uploads.ts';

type SetMethods =
    | 'sets.list'
    | 'sets.make'
    | 'set.export'
    | 'upload.part'
    | 'sets.import'
    | 'set.agreement'
    | 'set.gain'
    | 'set.truth'
    | 'set.calibrations'
    | 'desk.view'
    | 'desk.item'
    | 'desk.answer'
    | 'desk.reveal';

export interface OpenSets {
    readonly handlers: Handlers<SetMethods>;
    /** Closes the desks of a set. */
    forget(set: string): void;
    close(): void;
}

export function openSets(home: OpenHome): OpenSets {
    const sets = openRatingSets(home);
    const uploads = openUploads(home.clock);
    const desks = new Map<string, RatingDesk>();
    const deskOf = ({ set, rater }: { readonly set: string; readonly rater: string }): RatingDesk => {
        const key = JSON.stringify([set, rater]);
        const open = desks.get(key) ?? sets.desk(set, rater);
        desks.set(key, open);
        return open;
    };
    return {
        handlers: {
            'sets.list': () => sets.list(),
            'sets.make': ({ rubric, episodes, ...request }) =>
                sets.make({ ...request, ...(rubric && { rubric }), ...(episodes && { episodes }) }),
            'set.export': ({ set }) => exported(sets, set),
            'upload.part': ({ upload, name, base64 }, { gone }) => ({
                upload: uploads.add(upload, name, Buffer.from(base64, 'base64'), gone),
            }),
            'sets.import': ({ upload }) => {
                const { kind, set, added, known, conflicts } = uploads.use(upload, (file, name) =>
                    sets.import(file, name),
                );
                return { kind, set, added, known, conflicts };
            },
            'set.agreement': ({ set, all }) => sets.agreement(set, { all }),
            'set.gain': ({ set, all }) => sets.gain(set, { all }),
            'set.truth': ({ set, all }) => sets.truth(set, { all }),
            'set.calibrations': ({ set }) => sets.calibrations(set),
            'desk.view': (session) => deskOf(session).view(),
            'desk.item': ({ position, ...session }) => deskOf(session).item(position),
            'desk.answer': ({ set, rater, ...answer }) => deskOf({ set, rater }).answer(answer),
            'desk.reveal': ({ position, ...session }) => deskOf(session).reveal(position),
        },
        forget(set) {
            for (const [key, desk] of desks)
                if ((JSON.parse(key) as readonly string[])[0] === set) {
                    desk.close();
                    desks.delete(key);
                }
        },
        close() {
            for (const desk of desks.values()) desk.close();
            desks.clear();
            uploads.close();
        },
    };
}

const largestSent = 16 * 2 ** 20; // bytes of one message to a page

/** The set's exchange file as a message. */
function exported(sets: RatingSets, set: string): SentFile {
    const found = sets.list().find((each) => each.kind === 'set' && each.id === set);
    const name = found?.kind === 'set' ? found.name : set;
    const folder = mkdtempSync(join(tmpdir(), 'storyloop-export-'));
    try {
        const file = join(folder, 'set.sqlite');
        sets.export(set, file);
        if (statSync(file).size > largestSent)
            throw badInput(
                `The set is larger than ${largestSent / 2 ** 20} MB, which is more than can be sent from here; it is unchanged. Export it on the command line.`,
            );
        return { name: `${fileName(name)}.sqlite`, base64: readFileSync(file).toString('base64') };
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function fileName(name: string): string {
    return name.replaceAll(/[^\p{L}\p{N} ._-]+/gu, '-').replace(/^[.\s]+/, '') || 'set';
}
