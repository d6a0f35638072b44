/**
 * Rubrics as files: Markdown that a language model reads, with `{{story_prompt}}` and `{{student_completion}}`, under a
 * head of one line a criterion:
 *
 *     ---
 *     readability: Readability, 0 to 3 — grammar, spelling and whole sentences
 *     creativity: Creativity, 0 to 3, weight 2 — its own idea
 *     ---
 *
 * The order of the criteria is the order of the numbers in the answer. Without a head the criteria are the published
 * ones.
 */
import { badInput } from '../faults.ts';
import { criteriaProblem, rubricSchema, storytellerCriteria, type Criterion, type Rubric } from './rubric.ts';

export const promptVariable = '{{story_prompt}}';
export const storyVariable = '{{student_completion}}';

const criterionLine =
    /^(?<id>[a-z][a-z0-9-]*): (?<name>[^,]+), (?<min>\d+) to (?<max>\d+)(?:, weight (?<weight>\d+(?:\.\d+)?))?(?: [—-] (?<means>.+))?$/u;

/** @param id how the rubric is called: its file's name. @throws `bad-input` where it cannot be used, and why */
export function parseRubricFile(source: string, id: string): Rubric {
    const refuse = (why: string): Error =>
        badInput(`The rubric "${id}" ${why}; nothing was started. docs/teachers.md shows how a rubric is written.`);
    const text = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
    const head = /^---\n(.*?)\n?---\n/s.exec(text);
    const body = text.slice(head?.[0].length ?? 0).trim();
    const places = body.split(storyVariable).length - 1;
    if (places !== 1) throw refuse(`holds ${storyVariable} ${places} times and must hold it once`);
    const unknown = [...body.matchAll(/\{\{.*?\}\}/g)].find(
        ([name]) => name !== promptVariable && name !== storyVariable,
    );
    if (unknown) throw refuse(`asks for ${unknown[0]}, and only ${promptVariable} and ${storyVariable} are known`);
    if (!head) return { id, text: body, criteria: storytellerCriteria };

    const criteria = head[1]!
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line): Criterion => {
            const { id, name, min, max, weight = '1', means = '' } = criterionLine.exec(line.trim())?.groups ?? {};
            if (id === undefined) throw refuse(`has a line that is not a criterion: "${line.trim()}"`);
            return { id, name: name!, means, min: Number(min), max: Number(max), weight: Number(weight) };
        });
    const problem = criteriaProblem(criteria);
    if (problem !== null) throw refuse(problem);
    if (!rubricSchema.safeParse({ id, text: body, criteria }).success)
        throw refuse('is too long: a name has 200 characters at most, a meaning 2000, the whole text 100,000');
    return { id, text: body, criteria };
}
