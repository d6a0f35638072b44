/** Recorded numbers of the published system, made once in float64 (test/fixtures/golden). */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

export function readGolden<T>(name: string): T {
    return JSON.parse(readFileSync(new URL(`../fixtures/golden/${name}.json`, import.meta.url), 'utf8')) as T;
}

/** Every number within 1e-9 of what was recorded. */
export function expectClose(actual: ArrayLike<number>, recorded: ArrayLike<number>): void {
    expect(actual.length).toBe(recorded.length);
    for (let i = 0; i < recorded.length; i++)
        expect(Math.abs(actual[i]! - recorded[i]!), `index ${i}: ${actual[i]} for ${recorded[i]}`).toBeLessThanOrEqual(
            1e-9,
        );
}
