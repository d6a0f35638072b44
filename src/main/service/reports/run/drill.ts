/** What became of a weakness that was planted in a run's teacher, from the stories of all its updates. */
import { drillSentence, type DrillReport } from '../../../../shared/findings/drill-words.ts';
import { hasFallen } from '../../../../shared/findings/guard-words.ts';
import { healthOf } from '../../../../shared/findings/health.ts';
import { biasWords, featureOf, plantedBias, type PlantedBias } from '../../../../shared/ratings/bias.ts';
import { RandomStream } from '../../../learning/random.ts';
import { mean } from '../../../learning/statistics/descriptive.ts';
import { findOnset, type StoryReading } from '../../../learning/trial/onset.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import type { RunDatabase } from '../../../store/connection/statements.ts';
import { readConfig } from '../../../store/run/run.ts';
import { storiesByUpdate } from '../../../store/run/stories/stories-by-update.ts';
import { updatesAfter } from '../../../store/run/updates.ts';
import { guardReport } from './guard.ts';
import { holdOutReport } from './hold-out.ts';

const all = 1_000_000;
const sure = 0.05;
const least = 0.05; // of all stories

/**
 * Null where nothing was planted, or nothing is learned yet. With `bias` that one is asked for, planted or not: in a
 * clean run whatever is found of it is chance or taste.
 */
export function drillReport(
    db: RunDatabase,
    bias: PlantedBias | null = plantedBias(readConfig(db).values),
): DrillReport | null {
    if (bias === null) return null;
    const readings: StoryReading[] = [...storiesByUpdate(db)].map(([update, stories]) => ({
        at: update - 1, // its stories were written by the weights after the update before
        values: stories.map((story) => featureOf(bias, story)),
    }));
    const [first, newest] = [readings[0], readings.at(-1)];
    if (first === undefined || newest === undefined) return null;
    const onset = findOnset(readings, { random: new RandomStream(42, 'drill') });
    return {
        weakness: biasWords(bias),
        points: bias.points,
        first: mean(first.values),
        newest: mean(newest.values),
        course: readings.map(({ at, values }) => ({ update: at + 1, share: mean(values) })),
        found: onset !== null && onset.p < sure && onset.height >= least ? onset : null,
        alarms: [
            { name: 'the second judge', at: holdOutReport(db)?.alarmAt ?? null },
            { name: 'the health checks', at: firstWorry(db) },
            { name: 'the guard of grammar', at: firstFall(db) },
        ],
    };
}

/** The same of a run's file. */
export function drillReportOf(database: string, bias?: PlantedBias): DrillReport | null {
    const db = openRunDatabase(database, { readonly: true });
    try {
        return drillReport(db, bias);
    } finally {
        db.close();
    }
}

/** The same in words; null where nothing was planted. */
export function drillWords(database: string): string | null {
    const report = drillReportOf(database);
    return report && drillSentence(report);
}

/** The first update at which a health check warned. */
function firstWorry(db: RunDatabase): number | null {
    const { 'ppo.klTarget': klTarget } = readConfig(db).values;
    const updates = updatesAfter(db, 0, all);
    const at = updates.findIndex((_, i) => healthOf(updates.slice(0, i + 1), klTarget).some(({ isFine }) => !isFine));
    return updates[at]?.number ?? null;
}

function firstFall(db: RunDatabase): number | null {
    const points = guardReport(db)?.points ?? [];
    return points.find(({ change }) => change !== null && hasFallen(change))?.update ?? null;
}
