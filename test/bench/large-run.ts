/** A run of the published size: 920 updates of 360 stories. */
import { RandomStream } from '../../src/main/learning/random.ts';
import { beginAttempt, endAttempt } from '../../src/main/store/run/attempts.ts';
import { acquireLease, type Lease } from '../../src/main/store/connection/lease.ts';
import { openRunDatabase } from '../../src/main/store/connection/open.ts';
import { registerRater } from '../../src/main/store/run/ratings/ratings.ts';
import { createRunFolder } from '../../src/main/store/home/run-folder.ts';
import type { RunDatabase } from '../../src/main/store/connection/statements.ts';
import { recordUpdate } from '../../src/main/store/run/updates.ts';
import { countWords } from '../../src/main/text/words.ts';
import type { EpisodeRecord } from '../../src/shared/run/record.ts';
import { anUpdate, config, prompt, ratingsOf, rubric, start, teacher } from '../store/records.ts';
import { storyworldTexts } from './storyworld-texts.ts';

export const batch = 360;
export const updates = 920;

export interface LargeRun {
    readonly folder: string;
    readonly database: string;
    readonly db: RunDatabase;
    /** Writes one update more. */
    record(): void;
}

export function largeRun(home: string): LargeRun {
    const { folder, database } = createRunFolder(home, { name: 'bench', kind: 'learn', config }, () => start);
    const db = openRunDatabase(database, { readonly: false });
    const lease = acquireLease(db, () => Date.now());
    registerRater(lease, teacher, rubric);
    beginAttempt(lease);
    const record = recorder(lease);
    for (let number = 1; number <= updates; number++) record();
    return { folder, database, db, record };
}

/** Beside it: runs of one update, that somebody looks at in between. */
export function smallRun(home: string, name: string): string {
    const { folder, database } = createRunFolder(home, { name, kind: 'learn', config }, () => start);
    const db = openRunDatabase(database, { readonly: false });
    const lease = acquireLease(db, () => Date.now());
    registerRater(lease, teacher, rubric);
    beginAttempt(lease);
    recorder(lease)();
    endAttempt(lease, { reason: 'paused', at: Date.now(), message: 'paused as asked' });
    db.close();
    return folder;
}

function recorder(lease: Lease): () => void {
    const random = new RandomStream('episodes');
    const stories = storyworldTexts(10 * batch);
    let number = 0;
    return () => {
        const first = number * batch;
        number++;
        const episodes = Array.from({ length: batch }, (_, i): EpisodeRecord => {
            const story = stories[(first + i) % stories.length]!;
            return {
                number: first + i + 1,
                prompt,
                story,
                words: countWords(story),
                finished: true,
                tokens: new Uint16Array(90),
                reward: random.uniform(),
                kl: random.normal(),
                stages: { fraction: random.uniform(), lengthBonus: random.uniform(), reward: random.uniform() },
            };
        });
        const means = Object.fromEntries(rubric.criteria.map(({ id }) => [`score.${id}`, 3 * random.uniform()])); // as engines tell them
        const update = { ...anUpdate(number, `weights ${number}`, batch), extras: means };
        recordUpdate(lease, update, episodes, ratingsOf(episodes));
    };
}
