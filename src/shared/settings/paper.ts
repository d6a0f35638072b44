/** What the preset `paper` cannot set by itself: without it a run is not the published experiment, and says so. */
import { ownTeachers } from '../ratings/teachers.ts';
import type { PresetName } from './field.ts';

/**
 * @returns a sentence where a run of learning has the paper's settings and another teacher than a language model; else
 * null
 */
export function notThePaper(preset: PresetName, teacher: string): string | null {
    if (preset !== 'paper') return null;
    const others = teacher
        .split('+')
        .map((member) => member.trim())
        .filter((member) => ownTeachers.some((each) => each === member));
    if (others.length === 0) return null;
    return `With ${others.join(' and ')} as its teacher this is not the paper’s experiment, only its settings: there a language model rates (Llama 3.1 8B Instruct), and the student has 98 million parameters.`;
}
