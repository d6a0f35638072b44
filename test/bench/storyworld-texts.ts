/** Stories of the storyworld, always the same: text for what reads text. */
import { RandomStream } from '../../src/main/learning/random.ts';
import { writeStory } from '../../src/main/text/storyworld/storyworld.ts';

export function storyworldTexts(stories: number): string[] {
    const random = new RandomStream('bench', 'storyworld');
    return Array.from({ length: stories }, (_, index) => writeStory(random, index));
}
