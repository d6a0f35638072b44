/** Recording whole updates of the published size, each on the disk before the next begins. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RandomStream } from '../../src/main/learning/random.ts';
import { beginAttempt } from '../../src/main/store/run/attempts.ts';
import { acquireLease, type Lease } from '../../src/main/store/connection/lease.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { registerRater } from '../../src/main/store/run/ratings/ratings.ts';
import { createRunFolder } from '../../src/main/store/home/run-folder.ts';
import { recordUpdate } from '../../src/main/store/run/updates.ts';
import { countWords } from '../../src/main/text/words.ts';
import type { EpisodeRecord } from '../../src/shared/run/record.ts';
import { anUpdate, config, prompt, ratingsOf, rubric, start, teacher } from '../store/records.ts';
import { inTurns, median, type Bench } from './measuring.ts';
import { storyworldTexts } from './storyworld-texts.ts';
import { demoStudent, longestStory, tokensOf } from './students.ts';

const batch = 360;

export const store: Bench = {
    name: 'store',
    async measure({ repeats }) {
        const home = mkdtempSync(join(tmpdir(), 'storyloop-bench-'));
        const { database } = createRunFolder(home, { name: 'bench', kind: 'learn', config }, () => start);
        const db = openRunDatabase(database, { readonly: false });
        try {
            const lease = acquireLease(db, () => Date.now());
            registerRater(lease, teacher, rubric);
            beginAttempt(lease);
            const updates = preparedUpdates(1 + repeats, lease);
            const seconds = await inTurns({ update: () => updates.shift()!() }, repeats);
            return [
                {
                    name: 'store.record',
                    value: batch / median(seconds.update),
                    unit: 'episodes/s',
                    note: `updates of ${batch}`,
                },
            ];
        } finally {
            db.close();
            rmSync(home, { recursive: true, force: true });
        }
    },
};

/** Everything is written down beforehand: only recording is timed. */
function preparedUpdates(count: number, lease: Lease): (() => void)[] {
    const random = new RandomStream('episodes');
    const stories = storyworldTexts(count * batch);
    return Array.from({ length: count }, (_, index) => {
        const episodes = stories.slice(index * batch, (index + 1) * batch).map((story, i): EpisodeRecord => {
            return {
                number: index * batch + i + 1,
                prompt,
                story,
                tokens: Uint16Array.from(tokensOf(longestStory, demoStudent, random)),
                words: countWords(story),
                finished: true,
                reward: random.uniform(),
                stages: { scores: random.uniform(), length: random.uniform(), scaled: random.uniform() },
                kl: random.normal(),
            };
        });
        const update = anUpdate(index + 1, `weights ${index}`, batch);
        const ratings = ratingsOf(episodes);
        return () => recordUpdate(lease, update, episodes, ratings);
    });
}
