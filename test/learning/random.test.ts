import { expect, it } from 'vitest';
import { RandomStream } from '../../src/main/learning/random.ts';

it('fills an array with the normal numbers that would be drawn one by one, to the bit', () => {
    const [one, all] = [new RandomStream('weights', 7), new RandomStream('weights', 7)];
    one.uniform();
    all.uniform();
    const expected = Float32Array.from({ length: 5001 }, () => 0.02 * one.normal());
    const found = new Float32Array(5001);
    all.fillNormal(found, 0.02);
    expect(new Uint32Array(found.buffer)).toEqual(new Uint32Array(expected.buffer));
    expect(all.uniform()).toBe(one.uniform()); // and the stream goes on where it would
});
