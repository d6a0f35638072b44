/** The sample corpus: simple, coherent stories from a small grammar, as many as asked. */
import type { RandomStream } from '../learning/random.ts';

/** Raised whenever the same seed would give other stories. */
export const storyworldVersion = 1;

/** Story `index` of the corpus that grows from `random`; the same pair always gives the same story. */
export function writeStory(random: RandomStream, index: number): string {
    const story = random.fork('story', index);
    return `there lived a ${story.pick(['fox', 'hen', 'goat'])}. It was happy.`;
}
