/** Numbers, times and long names in words. */
import { describe, expect, it } from 'vitest';
import {
    ago,
    duration,
    durationRange,
    endsAbout,
    measured,
    moment,
    percent,
    short,
    shortened,
} from '../../../src/renderer/lib/text/words.ts';

describe('numbers in words', () => {
    it('durations grow coarser', () => {
        expect([0.04, 31, 240, 16_500, 183_600].map(duration)).toEqual(['0.0 s', '31 s', '4 min', '4 h 35', '2 d 3 h']);
        expect(durationRange({ low: 16_500, high: 18_300 })).toBe('4 h 35 to 5 h 05');
        expect(durationRange({ low: 241, high: 239 })).toBe('4 min');
        expect(durationRange({ low: 180, high: 240 })).toBe('3 to 4 min');
        expect(durationRange({ low: 40, high: 240 })).toBe('40 s to 4 min');
    });
    it('an end is a clock with its uncertainty', () => {
        const noon = new Date(2026, 10, 22, 12, 0).getTime();
        expect(endsAbout(noon, { low: 3600, high: 5400 })).toBe('13:15, ± 15 min');
        expect(endsAbout(noon, { low: 50_000, high: 50_000 })).toBe('tomorrow 01:53');
    });
    it('a moment is written as logs write it', () =>
        expect(moment(new Date(2026, 10, 2, 6, 4, 7).getTime())).toBe('2026-11-02 06:04:07'));
    it('a minus is a minus, and nothing has none', () => {
        expect(measured(-0.25)).toBe('−0.25');
        expect(measured(-0.0004)).toBe('0.00');
        expect(percent(-0.06)).toBe('−6 %');
        expect([0, 1500, 2_000_000, 0.15].map(short)).toEqual(['0', '1.5k', '2M', '0.15']);
    });
});

it('how long ago: what is still to come, by more than clocks differ, is its date', () => {
    const now = Date.UTC(2026, 10, 28, 12);
    const minute = 60_000;
    expect([30_000, 12 * minute, -2 * minute].map((past) => ago(now - past, now))).toEqual([
        'just now',
        '12 min ago',
        'just now',
    ]);
    expect([ago(Date.UTC(2099, 0, 1), now), ago(now + 60 * minute, now)]).toEqual(['2099-01-01', '2026-11-28']);
});

describe('long names', () => {
    it('leave their lines room, and keep the end that tells them apart', () => {
        const [first, second] = ['seed-1', 'seed-2'].map((seed) =>
            shortened(`${'a very long name '.repeat(7)}${seed}`, 26),
        );
        expect(first).not.toBe(second);
        expect(first!.length).toBeLessThanOrEqual(26);
        expect(shortened('night-owl-3', 26)).toBe('night-owl-3');
    });
    it('are cut between the characters that a reader sees', () => {
        expect(shortened('👩‍🚀'.repeat(9), 5)).toBe('👩‍🚀👩‍🚀…👩‍🚀👩‍🚀');
        expect(shortened('ää'.normalize('NFD').repeat(9), 3)).toBe('ä…ä'.normalize('NFD'));
    });
});
