/**
 * Searches words in the stories of all runs. Each answer takes a fraction of a second, whatever the data folder holds:
 * the page asks for the runs that are left.
 */
import type { StoriesOverRuns } from '../../../../shared/views/stories.ts';
import { newestWith, storyRows } from '../../../store/run/stories/story-lists.ts';
import type { Handlers } from '../handlers.ts';
import type { OpenRuns } from './open-runs.ts';
import type { RunList } from './run-list.ts';

const patienceMs = 200; // other pages wait as long
const mostCounted = 1000;

export function searchHandlers(runs: OpenRuns, list: RunList): Pick<Handlers, 'stories.search'> {
    return {
        'stories.search': ({ text, from, each }) => {
            const until = performance.now() + patienceMs;
            const writers = list
                .rows()
                .filter((row) => row.kind === 'run')
                .filter(({ episodes }) => episodes > 0)
                .sort((a, b) => b.changedAt - a.changedAt || (a.run < b.run ? -1 : 1));
            const found: StoriesOverRuns['runs'][number][] = [];
            let searched = Math.min(from, writers.length);
            while (searched < writers.length) {
                const { run, name, scoreMost } = writers[searched++]!;
                runs.read(run, (db) => {
                    const ids = newestWith(db, text, mostCounted + 1);
                    if (ids.length === 0) return;
                    found.push({
                        run,
                        name,
                        scoreMost,
                        hits: Math.min(ids.length, mostCounted),
                        isMore: ids.length > mostCounted,
                        rows: storyRows(db, ids.slice(0, each)),
                    });
                });
                if (performance.now() > until) break;
            }
            return { runs: found, searched, of: writers.length };
        },
    };
}
