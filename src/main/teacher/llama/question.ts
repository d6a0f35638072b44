/**
 * Makes the tokens of the question: the rubric in the model's own chat template, cut in two where the story goes.
 * Rubric, prompt and story are tokenised as plain text, so nothing in them can pass for one of the model's special
 * tokens.
 */
import {
    GeneralChatWrapper,
    JinjaTemplateChatWrapper,
    LlamaText,
    type ChatWrapper,
    type LlamaModel,
    type Token,
} from 'node-llama-cpp';
import { promptVariable, storyVariable } from '../../../shared/ratings/rubric-file.ts';
import { Refusal } from './refusal.ts';

export interface TokenizedQuestion {
    /** Everything before the story: the same for all stories of a prompt. */
    readonly prefix: readonly Token[];
    readonly suffix: readonly Token[];
}

export interface Questions {
    readonly chatTemplate: 'own' | 'generic';
    questionFor(prompt: string): TokenizedQuestion;
    tokenise(story: string): readonly Token[];
}

const storyPlace = '\u{F8FF}story\u{F8FF}'; // characters for private use: no rubric holds them

export function createQuestions(model: LlamaModel, template: string): Questions {
    const own = ownTemplate(model);
    const wrapper = own ?? new GeneralChatWrapper();
    const known = new Map<string, TokenizedQuestion>();
    return {
        chatTemplate: own ? 'own' : 'generic',
        questionFor(prompt) {
            let question = known.get(prompt);
            if (!question) known.set(prompt, (question = ask(model, wrapper, template, prompt)));
            return question;
        },
        // trims only the space that a tokenizer adds by itself
        tokenise: (story) => model.tokenize(story, false, 'trimLeadingSpace'),
    };
}

/**
 * The chat template in the model's file; null where it has none. As in the published system, which used vLLM, the date
 * is the template's own: with today's date a model would rate differently tomorrow.
 */
function ownTemplate(model: LlamaModel): ChatWrapper | null {
    const template = model.fileInfo.metadata.tokenizer?.chat_template;
    if (!template?.trim()) return null;
    return orRefuse(
        () =>
            new JinjaTemplateChatWrapper({
                template,
                tokenizer: model.tokenizer,
                functionCallMessageTemplate: 'noJinja',
                additionalRenderParameters: { date_string: '26 Jul 2024', enable_thinking: false },
            }),
    );
}

/** The chat up to where the model's answer begins. */
function chatOf(wrapper: ChatWrapper, question: string): LlamaText {
    return orRefuse(
        () =>
            wrapper.generateContextState({
                chatHistory: [
                    { type: 'user', text: question },
                    { type: 'model', response: [] },
                ],
            }).contextText,
    );
}

function orRefuse<T>(fill: () => T): T {
    try {
        return fill();
    } catch (error) {
        const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
        throw new Refusal(`has a chat template that cannot be filled in (${reason})`);
    }
}

function ask(model: LlamaModel, wrapper: ChatWrapper, template: string, prompt: string): TokenizedQuestion {
    const [before, after] = template.split(storyVariable).map((part) => part.replaceAll(promptVariable, () => prompt));
    const { values } = chatOf(wrapper, `${before}${storyPlace}${after}`);
    const at = values.findIndex((value) => typeof value === 'string' && value.includes(storyPlace));
    const holder = values[at];
    if (typeof holder !== 'string') throw new Refusal('has a chat template that leaves out the question');
    const cut = holder.indexOf(storyPlace);
    const prefix = LlamaText([...values.slice(0, at), holder.slice(0, cut)]).tokenize(model.tokenizer);
    const suffix = LlamaText([holder.slice(cut + storyPlace.length), ...values.slice(at + 1)]);
    const { bos, shouldPrependBosToken } = model.tokens;
    if (shouldPrependBosToken && bos !== null && prefix[0] !== bos) prefix.unshift(bos);
    return { prefix, suffix: suffix.tokenize(model.tokenizer, 'trimLeadingSpace') };
}
