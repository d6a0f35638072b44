/** Phases of a whole update, and how much of its time is arithmetic. */
import { SerialQueue } from '../../src/main/student/runtime/serial-queue.ts';
import { openLiveUpdates, quick, type PhaseSeconds } from './live-updates.ts';
import { median, secondsOf, type Bench } from './measuring.ts';
import { atMost } from './row.ts';

export const update: Bench = {
    name: 'update',
    async measure({ repeats, threads }) {
        const runs = countSecondsInRuns();
        const updates = await openLiveUpdates(threads);
        const measured: (PhaseSeconds & { readonly outside: number })[] = [];
        try {
            await updates.next(); // compiles, and reads what stays in memory
            for (let round = 0; round < repeats; round++) {
                const before = runs.seconds;
                const seconds = await updates.next();
                measured.push({ ...seconds, outside: 1 - (runs.seconds - before) / seconds.whole });
            }
        } finally {
            await updates.release();
        }
        const of = (phase: keyof (typeof measured)[number]): number => median(measured.map((each) => each[phase]));
        const unit = `s for ${quick['ppo.batch']} stories`;
        return [
            { name: 'update.writing', value: of('writing'), unit, note: 'rated meanwhile' },
            { name: 'update.scoring', value: of('scoring'), unit, note: 'by policy and reference' },
            { name: 'update.learning', value: of('learning'), unit, note: `${quick['ppo.epochs']} epochs` },
            {
                name: 'update.outside',
                value: of('outside'),
                unit: 'of its time',
                target: atMost(0.03),
                note: `not in a run of onnxruntime; runtime ${updates.runtime}`,
            },
        ];
    },
};

/** From now on, how long onnxruntime's runs take: all of them go through turns. */
function countSecondsInRuns(): { seconds: number } {
    const counted = { seconds: 0 };
    const { take } = SerialQueue.prototype;
    SerialQueue.prototype.take = function (this: SerialQueue, uses, work) {
        return take.call(this, uses, async () => {
            counted.seconds += await secondsOf(work);
        });
    };
    return counted;
}
