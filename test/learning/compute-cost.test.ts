/** Costs by pencil, and what two hand-counted matrix products make. */
import { expect, it } from 'vitest';
import { feedbackFlop, productWeights, readingFlop } from '../../src/main/learning/compute-cost.ts';

const student = { layers: 2, width: 8, vocabulary: 100 };

it('counts the weights that multiply: four matrices a layer and the output', () => {
    const attention = 8 * 24 + 8 * 8;
    const feedForward = 2 * 8 * 32;
    expect(productWeights(student)).toBe(2 * (attention + feedForward) + 8 * 100);
});

it('reading costs six operations a weight and token; feedback as much in every epoch, and six more', () => {
    const weights = productWeights(student);
    expect(readingFlop(student, 1000)).toBe(6 * weights * 1000);
    expect(feedbackFlop(student, { tokens: 1000, epochs: 0 })).toBe(readingFlop(student, 1000));
    expect(feedbackFlop(student, { tokens: 1000, epochs: 4 })).toBe(5 * readingFlop(student, 1000));
    // a quarter of what was written and scored is learned from, four times
    expect(feedbackFlop(student, { tokens: 1000, epochs: 4, trained: 250 })).toBe(2 * readingFlop(student, 1000));
});
