import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { anchorsOf } from '../../../src/shared/ratings/rubric-anchors.ts';
import { parseRubricFile } from '../../../src/shared/ratings/rubric-file.ts';

const criterion = (id: string, name: string, max = 1) => ({ id, name, means: '', min: 0, max, weight: 1 });

it('reads what every score of the rubric that ships stands for', () => {
    const rubric = parseRubricFile(readFileSync('resources/rubrics/storyteller-v1.md', 'utf8'), 'storyteller-v1');
    const anchors = anchorsOf(rubric);
    expect(Object.keys(anchors)).toEqual(['readability', 'coherence', 'creativity']);
    expect(Object.keys(anchors['coherence']!)).toEqual(['0', '1', '2', '3']);
    expect(anchors['coherence']![3]).toBe(
        'one story in which everything follows and which comes to an end, not cut off.',
    );
});

it('reads them from Markdown as well', () => {
    const text = '## 1. Plot:\n\n- **0**: none\n- **1**: one\n\n**Voice**\n0 – flat\n1) warm';
    expect(anchorsOf({ text, criteria: [criterion('plot', 'Plot'), criterion('voice', 'Voice')] })).toEqual({
        plot: { 0: 'none', 1: 'one' },
        voice: { 0: 'flat', 1: 'warm' },
    });
});

it('leaves out a criterion of which a score is not told, and numbers that belong to no criterion', () => {
    const text = 'Plot\n0: none\nAnswer like this\n1: yes\n2 1 1';
    expect(anchorsOf({ text, criteria: [criterion('plot', 'Plot')] })).toEqual({});
    expect(anchorsOf({ text: '', criteria: [criterion('plot', 'Plot')] })).toEqual({});
});
