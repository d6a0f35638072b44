/** What is concluded of several runs, in words that go no further than the intervals. */
import { describe, expect, it } from 'vitest';
import { averagedRuns, conclusionOf, inNameOrder, settingName } from '../../../src/shared/findings/compare-words.ts';
import type { ComparedSetting, RunGained, RunsGains, SettingsVerdict } from '../../../src/shared/views/runs.ts';

const interval = (mean: number, half = 0.2): { mean: number; low: number; high: number } => ({
    mean,
    low: mean - half,
    high: mean + half,
});
const evaluated = { total: interval(1) } as RunGained;
const setting = (runs: readonly number[], value: number, more: Partial<ComparedSetting> = {}): ComparedSetting => ({
    runs,
    seeds: runs.map((run) => run),
    student: null,
    wordsAfter: 34,
    together: null,
    hasControl: false,
    drift: null,
    has: [{ key: 'reward.lengthWeight', value }],
    ...more,
});
const verdict = (others: SettingsVerdict['others'], more: Partial<SettingsVerdict> = {}): SettingsVerdict => ({
    teacher: 'rules',
    most: 9,
    measure: 'at equal length',
    best: 0,
    others,
    byLength: { bins: [], lines: [] },
    second: null,
    isByTeacher: true,
    ...more,
});
const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
const gainsOf = (settings: readonly ComparedSetting[], verdicts: readonly SettingsVerdict[]): RunsGains => ({
    settings,
    verdicts,
    judges: [],
    runs: names.map(() => evaluated),
});
const sixRuns = [setting([0, 1, 2], 0.4), setting([3, 4, 5], 0.1)];

describe('a conclusion', () => {
    it('names the setting that won, by how much and over how many seeds', () => {
        const [found] = conclusionOf(
            gainsOf(sixRuns, [
                verdict([{ setting: 1, difference: interval(0.5), allStories: interval(2), over: 'shared seeds' }]),
            ]),
            names,
        );
        expect(found!.headline).toBe(
            '“Length weight 0.4” won: at equal length it gained +0.50 [+0.30, +0.70] of 9 points more than “Length weight 0.1”, over 3 seeds each.',
        );
        expect(found!.beside.join(' ')).toContain('each seed of one setting against the same seed of the other');
    });
    it('says in two sentences at most what limits it: a second judge, controls and drift', () => {
        const nearest = { setting: 1, difference: interval(0.5), allStories: interval(2), over: 'seeds' } as const;
        const [won, other] = sixRuns as [ComparedSetting, ComparedSetting];
        const limits = (
            more: Partial<SettingsVerdict>,
            has: readonly [Partial<ComparedSetting>, Partial<ComparedSetting>] = [{}, {}],
        ): string =>
            conclusionOf(
                gainsOf(
                    [
                        { ...won, ...has[0] },
                        { ...other, ...has[1] },
                    ],
                    [verdict([nearest], more)],
                ),
                names,
            )[0]!.limits;
        expect(limits({})).toBe('No second judge read these runs; no setting has a control.');
        const second = (mean: number): Partial<SettingsVerdict> => ({
            second: { judge: 'reader', most: 9, measure: 'at equal length', difference: interval(mean) },
        });
        expect(limits(second(0.3), [{ hasControl: true, drift: 6.2 }, { drift: 1.6 }])).toBe(
            '“reader”, which rewarded neither, sees +0.30 [+0.10, +0.50] of 9 points more at equal length; “Length weight 0.1” has no control. “Length weight 0.4” drifted further: KL 6.2 against 1.6 nats a story.',
        );
        expect(
            limits(second(0.1), [
                { hasControl: true, drift: 2 },
                { hasControl: true, drift: 1.6 },
            ]),
        ).toBe(
            '“reader”, which rewarded neither, sees no difference at equal length beyond chance, +0.10 [−0.10, +0.30] of 9 points; each has a control.',
        );
        expect(limits(second(-0.3))).toContain('sees −0.30 [−0.50, −0.10] of 9 points at equal length, the other way');
        expect(limits({ isByTeacher: false })).toBe('No setting has a control.');
        const control: Partial<ComparedSetting> = { has: [{ key: 'teacher.shuffle', value: 'on' }] };
        expect(limits({ isByTeacher: false }, [{}, control])).toBe('');
        expect(conclusionOf(gainsOf([won], [verdict([])]), names)[0]!.limits).toBe('');
    });
    it('calls a setting by its value in words', () => {
        const paid = setting([0], 0, { has: [{ key: 'ppo.klPlace', value: 'loss-k3' }] });
        expect(settingName(paid, names)).toBe('KL penalty in the loss (k3)');
    });
    it('names no winner of two seeds, whatever their interval', () => {
        const two = [setting([0, 1], 0.4), setting([2, 3], 0.1)];
        const found = verdict([
            { setting: 1, difference: interval(0.5, 0.03), allStories: interval(2), over: 'shared seeds' },
        ]);
        expect(conclusionOf(gainsOf(two, [found]), names)[0]!.headline).toBe(
            '“Length weight 0.4” gained most, at equal length +0.50 [+0.47, +0.53] of 9 points more than “Length weight 0.1”, over 2 seeds each; with fewer than three seeds of a setting nobody has won yet.',
        );
    });
    it('says beside it what all stories say, how long they are, and that this is most of it', () => {
        const control = setting([3, 4, 5], 0, { has: [{ key: 'teacher.shuffle', value: 'on' }] });
        const own = setting([0, 1, 2], 0, { has: [{ key: 'teacher.shuffle', value: 'off' }], wordsAfter: 47.2 });
        const of = (difference: number, more: Partial<SettingsVerdict> = {}): string =>
            conclusionOf(
                gainsOf(
                    [own, control],
                    [
                        verdict(
                            [
                                {
                                    setting: 1,
                                    difference: interval(difference),
                                    allStories: interval(2.33),
                                    over: 'seeds',
                                },
                            ],
                            more,
                        ),
                    ],
                ),
                names,
            )[0]!.allStories;
        expect(of(0.39)).toBe(
            'All stories: +2.33 [+2.13, +2.53] more; its stories are longer, 47 words against 34, and most of it is length.',
        );
        expect(of(1.4)).toBe('All stories: +2.33 [+2.13, +2.53] more; its stories are longer, 47 words against 34.');
        expect(of(1.4, { measure: 'all stories' })).toBe('Its stories are longer, 47 words against 34.');
    });
    it('calls shuffled rewards the control, at the beginning of a sentence too', () => {
        const has = (value: string): Partial<ComparedSetting> => ({ has: [{ key: 'teacher.shuffle', value }] });
        const settings = [setting([0, 1, 2], 0, has('on')), setting([3, 4, 5], 0, has('off'))];
        const headline = (best: number): string =>
            conclusionOf(
                gainsOf(settings, [
                    verdict(
                        [{ setting: 1 - best, difference: interval(0.5), allStories: interval(0.5), over: 'seeds' }],
                        { best },
                    ),
                ]),
                names,
            )[0]!.headline;
        expect(headline(0)).toMatch(/^The control \(rewards shuffled\) won: .* more than “Rewards as rated”, over/u);
        expect(headline(1)).toMatch(/^“Rewards as rated” won: .* more than the control \(rewards shuffled\), over/u);
    });
    it('says so where chance explains the difference', () => {
        const [found] = conclusionOf(
            gainsOf(sixRuns, [
                verdict([{ setting: 1, difference: interval(0.1), allStories: interval(2), over: 'seeds' }]),
            ]),
            names,
        );
        expect(found!.headline).toBe(
            'Which setting is best cannot be told from chance: “Length weight 0.4” gained most, at equal length +0.10 [−0.10, +0.30] of 9 points more than “Length weight 0.1”, over 3 seeds each.',
        );
    });
    it.each([
        [0.5, /^“Length weight 0.4” gained most of these runs.*one run of a setting cannot tell the setting from the/u],
        [0.1, /^Nothing can be told from chance: “Length weight 0.4” gained most/u],
    ])('of one run each speaks of the runs, not of the setting (%d more)', (more, says) => {
        const one = [setting([0], 0.4), setting([1], 0.1)];
        const [found] = conclusionOf(
            gainsOf(one, [
                verdict([{ setting: 1, difference: interval(more), allStories: interval(2), over: 'stories' }]),
            ]),
            names,
        );
        expect(found!.headline).toMatch(says);
        expect(found!.headline).not.toContain('won');
    });
    it('counts a setting as the winner only where it beats all others', () => {
        const three = [setting([0, 1, 2], 0.4), setting([3, 4, 5], 0.1), setting([6, 7, 8], 0)];
        const others = (nearest: number): SettingsVerdict['others'] => [
            { setting: 1, difference: interval(nearest), allStories: interval(2), over: 'shared seeds' },
            { setting: 2, difference: interval(2), allStories: interval(2), over: 'shared seeds' },
        ];
        const headline = (nearest: number): string =>
            conclusionOf(gainsOf(three, [verdict(others(nearest))]), names)[0]!.headline;
        expect(headline(0.5)).toMatch(
            /won: at equal length it gained more than every other setting; \+0\.50 .*nearest/u,
        );
        expect(headline(0.1)).toMatch(/^Which setting is best cannot be told from chance/u);
        expect(conclusionOf(gainsOf(three, [verdict(others(0.1))]), names)[0]!.beside[0]).toBe(
            'Beyond chance it gained more than “Length weight 0”.',
        );
    });
    it('is drawn for each teacher by itself', () => {
        const found = conclusionOf(
            gainsOf(sixRuns, [verdict([], { best: 0 }), verdict([], { best: 1, teacher: 'random' })]),
            names,
        );
        expect(found.map(({ headline }) => headline.slice(0, 18))).toEqual([
            'Rated by rules: On',
            'Rated by random: O',
        ]);
    });
    it('of one setting with several seeds is its mean gain', () => {
        const together = { total: interval(0.8), atEqualLength: interval(0.6), overControl: null };
        const [found] = conclusionOf(gainsOf([setting([0, 1, 2], 0.4, { together })], [verdict([])]), names);
        expect(found!.headline).toBe('One setting: over 3 seeds the gain at equal length is +0.60 [+0.40, +0.80].');
    });
    it('is none where nothing was evaluated', () => {
        expect(conclusionOf(gainsOf(sixRuns, []), names)[0]!.headline).toMatch(/^Nothing can be concluded yet/u);
    });
});

it('settings stand by their names, controls last, in whatever order their runs were chosen', () => {
    const control = setting([0], 0, { has: [{ key: 'teacher.shuffle', value: 'on' }] });
    const others = [setting([1], 10), setting([2], 2)];
    const line = (name: string): SettingsVerdict['byLength']['lines'][number] => ({ name, sides: [] });
    const found = verdict([{ setting: 0, difference: interval(1), allStories: interval(1), over: 'seeds' }], {
        best: 1,
        byLength: { bins: [], lines: ['0', '1', '2'].map(line) },
    });
    const sorted = inNameOrder(gainsOf([control, ...others], [found]), names);
    expect(sorted.settings.map((each) => settingName(each, names))).toEqual([
        ...['Length weight 2', 'Length weight 10', 'Control (rewards shuffled)'],
    ]);
    expect(sorted.verdicts).toMatchObject([{ best: 1, others: [{ setting: 2 }] }]);
    expect(sorted.verdicts[0]!.byLength.lines.map(({ name }) => name)).toEqual(['0', '1', '2']);
    const again = inNameOrder(gainsOf([...others, control].toReversed(), []), names);
    expect(again.settings).toEqual(sorted.settings);
});

it('the runs of a mean are counted without those that were not evaluated', () => {
    const together = { total: interval(0.8), atEqualLength: null, overControl: null };
    const gains = gainsOf([setting([0, 1, 2], 0.4, { together })], []);
    expect(averagedRuns(gains, 0)).toBe('3 runs');
    expect(averagedRuns({ ...gains, runs: [evaluated, evaluated, null] }, 0)).toBe('2 of 3 runs');
});

describe('the name of a setting', () => {
    it('is what differs, in words for people, and the student where that differs', () => {
        expect(settingName(setting([0], -1), names)).toBe('Length weight −1');
        expect(settingName(setting([0], 0.4, { student: 'owl · final' }), names)).toBe(
            'Length weight 0.4, from owl · final',
        );
        const has = [...setting([0], 0.4).has, { key: 'teacher', value: 'rules' }];
        expect(settingName(setting([0], 0, { has }), names)).toBe('Length weight 0.4, taught by rules');
    });
    it('is that of its control, with what else differs', () => {
        const shuffled = { key: 'teacher.shuffle', value: 'on' };
        expect(settingName(setting([0], 0, { has: [shuffled] }), names)).toBe('Control (rewards shuffled)');
        const has = [...setting([0], 0.4).has, shuffled];
        expect(settingName(setting([0], 0, { has }), names)).toBe('Length weight 0.4, control');
    });
    it('is beside a control what else differs, or that its rewards are as rated', () => {
        const taught = { key: 'teacher.shuffle', value: 'off' };
        expect(settingName(setting([0], 0, { has: [taught] }), names)).toBe('Rewards as rated');
        const has = [...setting([0], 0.4).has, { key: 'teacher', value: 'rules' }, taught];
        expect(settingName(setting([0], 0, { has }), names)).toBe('Length weight 0.4, taught by rules');
    });
    it('is that of its method, and a choice keeps its hyphens', () => {
        const rloo = { key: 'method', value: 'RLOO' };
        const has = [rloo, { key: 'ppo.lastBatch', value: 'stop-before' }];
        expect(settingName(setting([0], 0, { has: [rloo] }), names)).toBe('RLOO');
        expect(settingName(setting([0], 0, { has }), names)).toBe('RLOO, Last batch stop-before');
    });
    it('is that of its first run where too much differs, or nothing', () => {
        const has = ['ppo.clipRange', 'ppo.epochs', 'ppo.lr'].map((key) => ({ key, value: 1 }));
        expect(settingName(setting([2], 0, { has }), names)).toBe('c');
        expect(settingName(setting([1], 0, { has: [] }), names)).toBe('b');
    });
});
