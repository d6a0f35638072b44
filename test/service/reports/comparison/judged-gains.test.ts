/** Gains of several runs as one judge sees them, whoever taught each of them. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gainsOfRuns } from '../../../../src/main/service/reports/comparison/gains.ts';
import { recordSetting } from '../../../windows/compared-runs.ts';

describe('a judge of runs that different teachers taught', () => {
    const home = mkdtempSync(join(tmpdir(), 'storyloop-judged-'));
    const shared = { updates: 2, stories: 60 } as const;
    const database = (name: string): string => {
        const folder = readdirSync(join(home, 'runs')).find((each) => each.endsWith(`-${name}`))!;
        return join(home, 'runs', folder, 'run.sqlite');
    };
    const gains = (names: readonly string[], judge: string | null) =>
        gainsOfRuns(names.map(database), () => null, { judge });

    beforeAll(() => {
        const reader = (gain: number) => ({ name: 'second-reader', gain });
        for (const seed of [1, 2, 3]) {
            recordSetting(home, {
                ...shared,
                name: `taught-${seed}`,
                seed,
                given: {},
                gain: 0.3,
                judge: reader(1.5),
            });
            recordSetting(home, {
                ...shared,
                name: `dice-${seed}`,
                seed,
                given: { teacher: 'random' },
                gain: 0,
                teacher: 'random',
                judge: reader(0),
            });
        }
        recordSetting(home, { ...shared, name: 'unread', seed: 4, given: {}, gain: 0.3 });
        const longer = { 'reward.lengthWeight': 0.4 };
        for (const seed of [1, 2, 3]) {
            recordSetting(home, {
                ...shared,
                name: `longer-${seed}`,
                seed,
                given: longer,
                gain: 1.2,
                judge: reader(0.2),
            });
        }
    });
    afterAll(() => rmSync(home, { recursive: true, force: true }));
    const six = [1, 2, 3].flatMap((seed) => [`taught-${seed}`, `dice-${seed}`]);

    it('holds them against each other on one scale, which their own teachers cannot', () => {
        const own = gains(six, null);
        expect(own.verdicts.map(({ teacher }) => teacher)).toEqual(['rules', 'random']);
        expect(own.judges).toEqual([{ id: 'second-reader', name: 'second-reader' }]);
        const judged = gains(six, 'second-reader');
        expect(judged.settings.map(({ runs }) => runs)).toEqual(own.settings.map(({ runs }) => runs));
        expect(judged.verdicts).toMatchObject([{ teacher: 'second-reader', best: 0, others: [{ setting: 1 }] }]);
        expect(judged.verdicts[0]!.others[0]!.difference.low).toBeGreaterThan(0.5);
        expect(judged.settings[0]!.together!.total.mean).toBeCloseTo(1.5, 0);
    });

    it('says of the settings of one teacher what it sees of the gap, and how far they drifted', () => {
        const names = [1, 2, 3].flatMap((seed) => [`taught-${seed}`, `longer-${seed}`]);
        const { settings, verdicts } = gains(names, null);
        const { best, second, isByTeacher } = verdicts[0]!;
        expect({ best, judge: second?.judge, isByTeacher }).toEqual({
            best: 1,
            judge: 'second-reader',
            isByTeacher: true,
        });
        expect(second!.difference.mean).toBeLessThan(-0.8); // it likes what the teacher did not
        expect(settings.every(({ drift, hasControl }) => drift! > 0 && !hasControl)).toBe(true);
        expect(gains(names, 'second-reader').verdicts[0]).toMatchObject({ second: null, isByTeacher: false });
        expect(gains(['unread', 'longer-1'], null).verdicts[0]!.second).toBe(null);
    });

    it('is offered only where it has read all of them', () => {
        expect(gains(['taught-1', 'unread'], null).judges).toEqual([]);
        const asked = gains(['taught-1', 'unread'], 'second-reader');
        expect(asked.runs.map((run) => run === null)).toEqual([false, true]);
    });
});
