/**
 * What a teacher is: it reads a batch of stories and rates each by its rubric. Criteria are data, scores are real
 * numbers, and a story that cannot be rated is `unreadable`; it never gets a default score.
 */
import type { Rating, Rubric } from '../../shared/ratings/rubric.ts';
import type { ScoreReason } from '../../shared/ratings/reasons.ts';
import type { RandomStream } from '../learning/random.ts';

export interface StoryToRate {
    readonly prompt: string;
    /** What the student wrote after the prompt: decoded text without special tokens. */
    readonly story: string;
    /** The student ended it by itself; false when it was cut at its longest. */
    readonly finished: boolean;
}

export interface RatingContext {
    /** The update the stories belong to; 0 outside a run. */
    readonly update: number;
    /**
     * In training a teacher may compare the stories of the batch with each other. In a clean evaluation a rating is a
     * function of the single story.
     */
    readonly training: boolean;
    readonly random: RandomStream;
    /** Place of the first story in its update or evaluation; 0 when left out. What a teacher draws depends on it. */
    readonly first?: number;
    /** The reply to each of these stories could not be read: they are rated once more, with other draws. */
    readonly again?: true;
    /** Called as stories are rated, with how many more there are each time. */
    readonly onRated?: (stories: number) => void;
}

/** Everything about a teacher that does not change while it rates. */
export interface TeacherFacts {
    /**
     * Names everything a rating depends on (of a language model: weights, reading, rubric), so that ratings of two
     * teachers are never mixed up.
     */
    readonly id: string;
    /** What people call it. */
    readonly name: string;
    /** What it looks at and what it cannot see, in one or two honest sentences. */
    readonly description: string;
    readonly rubric: Rubric;
    /** How its scores come to be: `rules`, `expected`, `digits` … */
    readonly reading: string;
    /** The most words it can spend on one story: what the word budget must have left. */
    readonly wordsPerStory: number;
    /** What else a result may depend on, recorded with the run; never a path or a host. */
    readonly details: Readonly<Record<string, string | number>>;
    /**
     * True where a rating depends on nothing but the story and its place, so that a part of a batch may be rated while
     * the rest is still being written. False where stories of a batch are compared in training.
     */
    readonly ratesInChunks: boolean;
    /** In training its ratings depend on the other stories of the batch. */
    readonly comparesInTraining?: true;
    /** Of an ensemble: its teachers, in the order of `members` in its ratings. */
    readonly members?: readonly TeacherFacts[];
    /**
     * By story, what its rating depends on besides the teacher's id and the story, such as a seed: the key under which
     * a rating is remembered. Absent where ratings cannot be remembered, or need not.
     */
    readonly dependsOn?: (stories: readonly StoryToRate[], context: RatingContext) => readonly string[];
    /** The last digits of a rating depend on the rest of its batch: all ratings of a batch are remembered, or none. */
    readonly ratesTogether?: true;
    /** Tokens of the longest reply it may give; absent where it writes none. */
    readonly replyTokens?: number;
    /** Its replies are drawn at random: asked `again`, it may answer differently. */
    readonly draws?: true;
    /** What a language model in a file needs of this computer. */
    readonly model?: ModelFacts;
}

export interface ModelFacts {
    /** Bytes of its weights and its context. */
    readonly memory: { readonly ram: number; readonly vram: number };
    /** In tokens: the longest text the model was trained on, what is used here, and what the rubric takes of that. */
    readonly context: { readonly model: number; readonly used: number; readonly rubric: number };
}

/** What a teacher has done since it was opened. */
export interface RatingStatistics {
    readonly stories: number;
    /** Evaluated, the rubric included. */
    readonly tokens: number;
    readonly seconds: number;
    /** Of these, inside the model. */
    readonly modelSeconds: number;
}

/**
 * Teachers are plain objects, so that one can be made of another: `{ ...teacher, rate }` rates in its own way and keeps
 * every fact. A class would lose its methods in that spread.
 */
export interface Teacher {
    readonly facts: TeacherFacts;
    /** One rating per story, in the order of the stories. @throws `teacher-lost` where it stops answering */
    readonly rate: (stories: readonly StoryToRate[], context: RatingContext) => Promise<readonly Rating[]>;
    /**
     * What its scores of a single story come from, compared with nothing else; absent where a teacher cannot tell, as a
     * language model cannot.
     */
    readonly explain?: (story: StoryToRate) => Promise<readonly ScoreReason[]>;
    /** Gives back what the teacher holds (memory, processes, connections). */
    readonly release: () => Promise<void>;
    /** Absent where a teacher does not count. */
    readonly statistics?: () => RatingStatistics;
}
