/**
 * The teacher `….gguf`: a language model reads each story with the rubric and answers in numbers. How the numbers are
 * read is the setting `teacher.reading`; what was found about every way of reading is told in docs/teachers.md.
 */
import { createHash } from 'node:crypto';
import type { Criterion, Rating, Rubric } from '../../../shared/ratings/rubric.ts';
import type { RunConfig } from '../../../shared/run/config.ts';
import { ratingOfChances } from '../../learning/digit-scores.ts';
import { paperReplyTokens, parsePaperReply } from '../../learning/reply-parsing.ts';
import { rubricMark } from '../../learning/rubric-digest.ts';
import { readModelFile, type ModelFile } from './model-file.ts';
import { ModelProcess, type RemoteProcess } from './model-process.ts';
import type { OpenedModel, RawScores, StoryForModel } from './contract.ts';
import type { RatingContext, StoryToRate, Teacher, TeacherFacts } from '../teacher.ts';

export interface LlamaSurroundings {
    /** Where the model's file lies. */
    readonly file: string;
    readonly rubric: Rubric;
    readonly startProcess: () => RemoteProcess;
    /** Tells whoever watches. */
    readonly note: (text: string) => void;
    readonly patienceMs?: number;
}

/** How batches are composed, for the record: composed otherwise, a model's numbers differ in their last digits. */
const composition =
    'waves of equal length: stories by prompt, tokens and place in their batch, sideBySide at a time, one sequence each, padded to few lengths';

/**
 * The model, loaded and ready to rate.
 * @throws `bad-input` where the file is no model that can rate with this rubric, `teacher-lost` where its process dies
 */
export async function openLlamaTeacher(config: RunConfig, surroundings: LlamaSurroundings): Promise<Teacher> {
    const { rubric } = surroundings;
    const model = await readModelFile(surroundings.file);
    const process = new ModelProcess(
        surroundings.startProcess,
        {
            type: 'open',
            file: surroundings.file,
            template: rubric.text,
            criteria: rubric.criteria.map(({ id, min, max }) => ({ id, min, max })),
            reading: config['teacher.reading'],
            prompt: config['rollout.prompt'],
            storyTokens: config['teacher.storyTokens'],
            sideBySide: config['teacher.sideBySide'],
            device: config['teacher.device'],
            threads: config['teacher.threads'],
        },
        model.file,
        surroundings.note,
        surroundings.patienceMs,
    );
    const opened = await process.open();
    if (opened.chatTemplate === 'generic')
        surroundings.note(
            `${model.file} has no chat template of its own, so a generic one is used, which it may not follow. Check the teacher before you use it.`,
        );
    const facts = factsOf(config, model, opened, rubric);
    return {
        facts,
        async rate(stories, context) {
            const rawScores = await process.rate(shownStories(stories, context, config, facts), context.onRated);
            return rawScores.map((raw) => toRating(raw, rubric.criteria, config['teacher.reading']));
        },
        statistics: () => process.statistics,
        release() {
            process.release();
            return Promise.resolve();
        },
    };
}

function factsOf(config: RunConfig, model: ModelFile, opened: OpenedModel, rubric: Rubric): TeacherFacts {
    const { 'teacher.reading': reading, 'teacher.sees': sees } = config;
    const criteria = rubric.criteria.length;
    const longestReply = reading === 'paper-text' ? paperReplyTokens(criteria) : undefined;
    const wordsPerStory = longestReply ?? criteria; // no more words than tokens
    const seen = sees === 'story' ? '' : '-with-prompt';
    const details = {
        model: model.name,
        file: model.file,
        sha256: model.sha256,
        reading,
        rubric: rubric.id,
        sees,
        device: opened.device,
        backend: opened.backend,
        threads: opened.threads,
        context: opened.context,
        chatTemplate: opened.chatTemplate,
        separator: opened.separator,
        sideBySide: opened.sideBySide,
        composition,
    };
    return {
        id: `llama-${model.sha256.slice(0, 12)}-${reading}${seen}-${rubricMark(rubric)}`,
        name: `${model.name} · ${reading}`,
        description: `${model.name} reads each story with the rubric "${rubric.id}" and answers in numbers. It knows no other stories, only what the rubric says.`,
        rubric,
        reading,
        wordsPerStory,
        details,
        // on the processor, model and student would only take the same cores from each other
        ratesInChunks: !opened.onProcessor,
        ratesTogether: true,
        ...(longestReply === undefined ? {} : { draws: true, replyTokens: longestReply }),
        model: {
            memory: opened.memory,
            context: { model: opened.trainContext, used: opened.context, rubric: opened.rubricTokens },
        },
        /**
         * On the whole batch in its order, and on where it is computed: another composition, number of threads or
         * backend changes a model's numbers in their last digits.
         */
        dependsOn(stories, context) {
            const batch = shownStories(stories, context, config, { wordsPerStory }).map(({ draws, ...shown }) =>
                reading === 'expected' ? shown : { ...shown, draws },
            );
            const digest = sha256(JSON.stringify([details, batch]));
            return stories.map((_, i) => `${digest}-${i}`);
        },
    };
}

/** The stories as the model gets them, each with the random numbers for its reply. */
function shownStories(
    stories: readonly StoryToRate[],
    { random, again }: RatingContext,
    config: RunConfig,
    { wordsPerStory }: Pick<TeacherFacts, 'wordsPerStory'>,
): readonly StoryForModel[] {
    return stories.map((story) => {
        // the same story always gets the same draws, wherever it stands, as from the published server's fixed seed
        const dice = random.fork(again ? 'reading again' : 'reading', story.prompt, story.story);
        const draws = Array.from({ length: wordsPerStory }, () => dice.uniform());
        return { prompt: story.prompt, story: seenText(story, config['teacher.sees']), draws };
    });
}

/** Quirk T1: the published teacher saw the prompt again, and the end token where there was one. */
function seenText({ prompt, story, finished }: StoryToRate, sees: RunConfig['teacher.sees']): string {
    return sees === 'story' ? story.trim() : `${prompt}${story}${finished ? '</s>' : ''}`;
}

function toRating(raw: RawScores, criteria: readonly Criterion[], reading: RunConfig['teacher.reading']): Rating {
    switch (raw.kind) {
        case 'refused':
            return { kind: 'unreadable', reply: raw.why, refused: true };
        case 'text': {
            const { reply } = raw;
            const scores = parsePaperReply(reply, criteria);
            if (!scores) return { kind: 'unreadable', reply };
            return { kind: 'scored', scores: Object.fromEntries(criteria.map(({ id }, c) => [id, scores[c]!])), reply };
        }
        case 'digits':
            return ratingOfChances(
                criteria,
                raw.criteria.map(({ probabilities, offFormat, chosen }, c) => ({
                    probabilities,
                    offFormat,
                    ...(reading === 'digits' ? { drawn: criteria[c]!.min + chosen } : {}),
                })),
            );
        default:
            return raw satisfies never;
    }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
