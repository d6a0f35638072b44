/** Fills a story into the text of a rubric, as a person would paste it in. */
import { promptVariable, storyVariable } from '../../../shared/ratings/rubric-file.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import type { StoryToRate } from '../teacher.ts';

export function filledRubric(text: string, sees: RunConfig['teacher.sees']): (story: StoryToRate) => string {
    const [before, after] = text.split(storyVariable) as [string, string]; // a rubric holds it once
    const withPrompt = (part: string, prompt: string): string => part.split(promptVariable).join(prompt);
    return (story) => `${withPrompt(before, story.prompt)}${whatIsSeen(story, sees)}${withPrompt(after, story.prompt)}`;
}

/** Quirk T1: the published teacher saw the prompt again, and the end token where there was one. */
function whatIsSeen({ prompt, story, finished }: StoryToRate, sees: RunConfig['teacher.sees']): string {
    return sees === 'story' ? story.trim() : `${prompt}${story}${finished ? '</s>' : ''}`;
}
