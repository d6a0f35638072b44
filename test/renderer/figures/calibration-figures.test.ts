/** A calibration on few ratings comes with a caution that says of how many. */
import { expect, it } from 'vitest';
import { caution } from '../../../src/renderer/lib/figures/calibration-figures.ts';

it('is a trial on few stories, by one rater, or where nothing shows that the teacher agrees with people', () => {
    expect(caution({ stories: 24, people: 1 }, true)).toMatch(/^24 stories, 1 rater: treat it as a trial\./u);
    expect(caution({ stories: 120, people: 1 }, true)).toMatch(/^120 stories, 1 rater: /u);
    expect(caution({ stories: 99, people: 3 }, true)).toMatch(/^99 stories, 3 raters: /u);
    expect(caution({ stories: 120, people: 2 }, false)).toMatch(/no criterion yet shows the teacher agreeing/u);
    expect(caution({ stories: 100, people: 2 }, true)).toBeNull();
});
