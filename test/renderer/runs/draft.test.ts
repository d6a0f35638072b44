/** A run that is being set up. */
import { describe, expect, it } from 'vitest';
import { freshName, withGiven } from '../../../src/renderer/lib/runs/draft.ts';
import type { ConfigLine } from '../../../src/shared/views/new-run.ts';

describe('a draft', () => {
    const line = { key: 'ppo.lr', presetValues: { quick: 1, improved: 2, paper: 3 } } as unknown as ConfigLine;
    it('forgets what is typed the same as the preset', () => {
        expect(withGiven({ 'ppo.lr': 5, seed: 1 }, line, 'quick', 1)).toEqual({ seed: 1 });
        expect(withGiven({}, line, 'paper', 1)).toEqual({ 'ppo.lr': 1 });
    });
    it('has a name that no run has', () => {
        const rows: { name: string }[] = [];
        for (let i = 0; i < 250; i++) rows.push({ name: freshName(rows) });
        expect(new Set(rows.map(({ name }) => name)).size).toBe(250);
    });
});
