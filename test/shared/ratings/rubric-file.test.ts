import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseRubricFile } from '../../../src/shared/ratings/rubric-file.ts';
import { storytellerCriteria, totalScore } from '../../../src/shared/ratings/rubric.ts';

const head = (...lines: readonly string[]): string => `---\n${lines.join('\n')}\n---\nGrade: {{student_completion}}\n`;

describe('a rubric file', () => {
    it('ships: three criteria from 0 to 3 that sum to the published 0–9', () => {
        const file = readFileSync('resources/rubrics/storyteller-v1.md', 'utf8');
        const { id, text, criteria } = parseRubricFile(file, 'storyteller-v1');
        expect(id).toBe('storyteller-v1');
        expect(criteria.map(({ id, min, max, weight }) => [id, min, max, weight])).toEqual(
            storytellerCriteria.map(({ id, min, max, weight }) => [id, min, max, weight]),
        );
        expect(totalScore(criteria, { readability: 3, coherence: 3, creativity: 3 })).toBe(9);
        expect(text).toContain('{{story_prompt}}');
        expect(text).not.toContain('---');
    });

    it('holds any number of criteria, with ranges and weights of their own', () =>
        expect(
            parseRubricFile(head('wit: Wit, 1 to 5, weight 0.5 — how funny', '', 'plot: Plot, 0 to 9'), 'mine'),
        ).toEqual({
            id: 'mine',
            text: 'Grade: {{student_completion}}',
            criteria: [
                { id: 'wit', name: 'Wit', means: 'how funny', min: 1, max: 5, weight: 0.5 },
                { id: 'plot', name: 'Plot', means: '', min: 0, max: 9, weight: 1 },
            ],
        }));

    it('without a head grades by the published criteria, as the authors’ own file does', () => {
        const { criteria, text } = parseRubricFile('\uFEFFA story:\r\n"{{student_completion}}"', 'theirs');
        expect(criteria).toBe(storytellerCriteria);
        expect(text).toBe('A story:\n"{{student_completion}}"');
    });

    it.each<[string, string, RegExp]>([
        [
            'no place for the story',
            'Grade the story.',
            /holds \{\{student_completion\}\} 0 times and must hold it once; nothing was started/,
        ],
        ['two places for the story', '{{student_completion}} {{student_completion}}', /2 times/],
        ['a variable nobody fills', '{{student_completion}} {{name}}', /asks for \{\{name\}\}/],
        ['a line that is no criterion', head('wit: funny'), /not a criterion: "wit: funny"/],
        ['no criterion', head(''), /names no criterion/],
        ['a criterion twice', head('wit: Wit, 0 to 3', 'wit: Wit, 0 to 3'), /names a criterion twice/],
        ['scores of two digits', head('wit: Wit, 0 to 10'), /scores "wit" from 0 to 10/],
        ['scores that go down', head('wit: Wit, 3 to 3'), /scores "wit" from 3 to 3/],
        ['no weight at all', head('wit: Wit, 0 to 3, weight 0'), /every criterion the weight 0/],
    ])('with %s is refused', (_, text, says) => expect(() => parseRubricFile(text, 'mine')).toThrow(says));
});
