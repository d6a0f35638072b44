/** Rating sets of stories with known truth, and how the people who rate them do. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { openRatingSets } from '../../../src/main/service/sets/rating-sets.ts';
import { openSetDatabase } from '../../../src/main/store/connection/open.ts';
import { setItems, setStories } from '../../../src/main/store/sets/rating-set.ts';
import {
    controlVerdict,
    defectVerdict,
    shareWords,
    thresholdSentence,
} from '../../../src/shared/findings/known-truth-words.ts';
import { temporaryFolder } from '../../store/a-run.ts';
import { homeWithRun, rateAll } from './a-rated-home.ts';

it('is made without a run, with twins far apart, and says what a person sees', () => {
    vi.stubEnv('STORYLOOP_HOME', temporaryFolder());
    onTestFinished(() => {
        vi.unstubAllEnvs();
    });
    const sets = openRatingSets();
    const { file, purpose } = sets.make({ runs: [], name: 'k', stories: 80, seed: 3, purpose: 'known-truth' });
    expect(purpose).toBe('known-truth');
    const db = openSetDatabase(file, { readonly: true });
    const stories = setStories(db);
    const items = setItems(db);
    db.close();
    expect(items.filter(({ isRepeat }) => isRepeat)).toEqual([]);
    const pairAt = items.map(({ story }) => stories[story - 1]!.attempt);
    for (const pair of new Set(pairAt)) {
        const [first, second] = [pairAt.indexOf(pair), pairAt.lastIndexOf(pair)];
        expect([first < 40, second >= 40]).toEqual([true, true]);
    }
    const soundFirst = items.slice(0, 40).filter(({ story }) => stories[story - 1]!.part === 'sound').length;
    expect(soundFirst).toBeGreaterThan(8);
    expect(soundFirst).toBeLessThan(32);

    const desk = sets.desk(file, 'ada');
    for (const { position, story } of items) {
        const grade = stories[story - 1]!.part === 'dead-return' ? 0 : 2;
        const scores = { readability: 2, coherence: grade, creativity: 2 };
        desk.answer({ position, number: 1, kind: 'scored', scores, dwellMs: 1, flagged: false, note: '' });
    }
    desk.close();
    const [ada, ...others] = sets.truth('k', { all: false })!;
    expect(others).toEqual([]);
    expect(ada).toMatchObject({ rater: 'ada', most: 9, threshold: 6, unreadable: 0 });
    for (const found of ada!.defects) {
        expect([found.pairs, found.preferred!.mean]).toEqual([4, found.edit === 'dead-return' ? 1 : 0.5]);
        expect(defectVerdict(found)).toBe(found.edit === 'dead-return' ? 'sees it' : 'does not see it');
    }
    expect([ada!.harmless.pairs, ...ada!.controls.map(({ pairs }) => pairs)]).toEqual([8, 2, 2, 2, 2]);
    expect(controlVerdict(ada!.harmless)).toBe('does not mind it');
    expect(shareWords(ada!.specificity)).toBe('100 % [84, 100]');
    expect(thresholdSentence(ada!)).toMatch(/^Below 6\.00 of 9 points \(which four of five/);
    expect(sets.gain('k', { all: false })).toBeNull();
});

it('is refused with a run, and is null of another set', () => {
    const { sets } = homeWithRun();
    const ask = { runs: ['night owl'], name: 'x', stories: 10, seed: 1 };
    expect(() => sets.make({ ...ask, purpose: 'known-truth' })).toThrow(/built-in stories/);
    const { file } = sets.make(ask);
    rateAll(sets, file, 'ada', (score) => score);
    expect(sets.truth(file, { all: false })).toBeNull();
});
