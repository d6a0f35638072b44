/** A teacher is called by its plain name, where that tells it from others. */
import { expect, it } from 'vitest';
import { teacherName } from '../../../src/shared/ratings/teacher-names.ts';

const [reader, older] = ['reader-61bff127bdde', 'reader-0123456789ab'];

it.each([
    [reader, [reader, 'rules'], 'reader'],
    [reader, [reader, older], reader],
    [`${reader}+word:owl:1`, [reader], 'reader+word:owl:1'],
    ['rules', ['rules'], 'rules'],
    ['llama-61bff127bdde-digits', [], 'llama-61bff127bdde-digits'],
])('%s among %j', (id, all, name) => {
    expect(teacherName(id, all)).toBe(name);
});
