/** Rating sets, the desk and the agreement report for a page. A desk stays open while the app does: every answer is one write. */
import type { Clock } from '../../store/lease.ts';
import type { RatingDesk } from '../rating-desk.ts';
import { openRatingSets } from '../rating-sets.ts';
import type { Handlers } from './handlers.ts';

type SetMethods =
    | 'sets.list'
    | 'sets.make'
    | 'set.agreement'
    | 'set.calibration'
    | 'desk.view'
    | 'desk.item'
    | 'desk.answer'
    | 'desk.reveal';

export interface OpenSets {
    readonly handlers: Handlers<SetMethods>;
    close(): void;
}

export function openSets(clock: Clock): OpenSets {
    const sets = openRatingSets(clock);
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
            'sets.make': (asked) => sets.make(asked),
            'set.agreement': ({ set, all }) => sets.agreement(set, { all }),
            'set.calibration': ({ set, teacher }) => sets.calibrate(set, teacher),
            'desk.view': (asked) => deskOf(asked).view(),
            'desk.item': ({ position, ...asked }) => deskOf(asked).item(position),
            'desk.answer': ({ set, rater, ...answer }) => deskOf({ set, rater }).answer(answer),
            'desk.reveal': ({ position, ...asked }) => deskOf(asked).reveal(position),
        },
        close() {
            for (const desk of desks.values()) desk.close();
            desks.clear();
            sets.close();
        },
    };
}
