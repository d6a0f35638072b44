import { expect, it } from 'vitest';
import type { ModelShelf } from '../../../src/shared/views/computer.ts';
import { isOffered, plainSettings } from '../../../src/renderer/lib/runs/plain-settings.ts';
import { isServer, ratedStories, teacherCards } from '../../../src/renderer/lib/runs/teacher-cards.ts';

const speed = { at: 1, storiesPerSecond: 4, tokensPerSecond: 900, hoursPerMillionWords: 1, device: 'CPU' };
const facts = { architecture: 'llama', quantisation: 'Q4_K_M', parameters: 1e9, context: 8192, isFromFile: true };
const shelf = (checked: boolean): ModelShelf => ({
    folder: '',
    speeds: checked ? { rules: { ...speed, storiesPerSecond: 500, tokensPerSecond: null } } : {},
    models: [
        { name: 'a.gguf', bytes: 5, here: 5, catalogued: null, facts, speed: checked ? speed : null, download: null },
        { name: 'b.gguf', bytes: 10, here: 10, catalogued: null, facts, speed: null, download: null },
        { name: 'c.gguf', bytes: 9, here: 0, catalogued: null, facts, speed: null, download: null },
    ],
});
const config = {
    'budget.updates': 10,
    'ppo.batch': 30,
    'evaluation.stories': 100,
    'evaluation.judge': 'second-reader',
    'holdout.every': 4,
    'holdout.stories': 25,
    'rollout.maxNewTokens': 80,
};

it('counts what the teacher rates: updates, evaluations, and the trial inside the loop', () => {
    expect(ratedStories(config, null)).toEqual({ stories: 300 + 200 + 4 * 25, words: 60 });
    expect(ratedStories({ ...config, 'evaluation.judge': 'none' }, 50)).toEqual({ stories: 500, words: 50 });
    expect(ratedStories({ ...config, 'budget.updates': 0, 'budget.words': 6000 }, 50)?.stories).toBe(4 * 30 + 200 + 50);
    expect(ratedStories({ ...config, 'budget.updates': 0 }, 50)).toBeNull();
});

it('says of each teacher what it costs in this run, and whether that was measured', () => {
    const costs = Object.fromEntries(
        teacherCards(shelf(true), { stories: 7200, words: 50 }).map(({ value, cost }) => [value, cost]),
    );
    expect(costs['a.gguf']).toMatch(/^250 ms a story, 30 min of rating in this run: measured in a check$/u);
    expect(costs['b.gguf']).toMatch(/^360 ms a story, .* predicted by size from another model’s check$/u);
    expect(costs['rules']).toMatch(/^2 ms a story, 14 s of rating in this run: measured/u);
    expect(costs['random']).toBe('speed unknown until checked');
    expect(costs).not.toHaveProperty('c.gguf'); // its file is not here
    const unknown = teacherCards(shelf(false), null).filter(({ cost }) => cost === 'speed unknown until checked');
    expect(unknown.map(({ value }) => value)).toEqual(['rules', 'reader', 'a.gguf', 'b.gguf', 'random', 'length']);
});

it('knows a server by its address', () => {
    expect(['http://a/v1', 'server', 'server#m', 'rules', 'a.gguf'].map(isServer)).toEqual([
        true,
        true,
        true,
        false,
        false,
    ]);
});

const line = (key: string, quick: number) =>
    ({ key, presetValues: { quick, improved: 0, paper: 0 } }) as unknown as Parameters<typeof plainSettings>[2][number];
it('offers six settings in plain words, with the budget that the preset counts', () => {
    const keys = ['budget.words', 'budget.updates', 'ppo.batch', 'ppo.lr', 'ppo.klTarget', 'reward.lengthWeight'];
    const lines = [...keys, 'evaluation.stories', 'ppo.gamma'].map((key) =>
        line(key, key === 'budget.updates' ? 5 : 0),
    );
    const shown = plainSettings('learn', 'quick', lines).map(({ line }) => line.key);
    expect(shown).toEqual(['budget.updates', ...keys.slice(2), 'evaluation.stories']);
    expect(plainSettings('learn', 'improved', lines)[0]?.line.key).toBe('budget.words');
});

it('leaves out settings of what is switched off', () => {
    const values = { 'teacher.bias': 'none', 'evaluation.judge': 'none', 'guard.battery': 'off' };
    for (const key of ['teacher.biasWord', 'teacher.biasPoints', 'holdout.every', 'holdout.stop', 'guard.every'])
        expect(isOffered(key, values)).toBe(false);
    expect(isOffered('holdout.every', { 'evaluation.judge': 'second-reader', 'holdout.every': 0 })).toBe(true);
    expect(isOffered('holdout.stop', { 'evaluation.judge': 'second-reader', 'holdout.every': 0 })).toBe(false);
    expect(isOffered('teacher.biasWord', { 'teacher.bias': 'word' })).toBe(true);
});
