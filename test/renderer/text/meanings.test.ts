/** Every title of a figure says what it means. */
import { expect, it } from 'vitest';
import { learningFigures, pretrainingFigures } from '../../../src/renderer/lib/figures/run-figures.ts';
import { meanings } from '../../../src/renderer/lib/text/meanings.ts';

it('titles of a run’s figures are explained', () => {
    const record = { updates: [], criteria: [], checkpoints: [], attempts: [], klTarget: null, teacher: null };
    const titles = [...learningFigures(record, 'words'), ...pretrainingFigures([], 'words')].map(({ title }) => title);
    expect(titles).toHaveLength(8);
    for (const title of titles) expect(meanings[title], title).toMatch(/^[A-Z].*\.$/u);
});

it('a meaning is short enough to be read at rest', () => {
    for (const [word, meaning] of Object.entries(meanings)) expect(meaning.length, word).toBeLessThanOrEqual(240);
});
