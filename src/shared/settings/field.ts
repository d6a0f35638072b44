/** What a setting of a run is: a number in a range, a choice, or text, with what a person is told about it. */
export type PresetName = 'paper' | 'improved' | 'quick';
export const presetNames: readonly PresetName[] = ['paper', 'improved', 'quick'];

export type Job = 'pretrain' | 'learn' | 'tell' | 'evaluate' | 'rescore';

interface FieldBase {
    /** What the value counts; empty for choices and text. */
    readonly unit: string;
    /** One line, for `--help`, the wizard and the docs. */
    readonly means: string;
    readonly source?: string;
    readonly jobs: readonly Job[];
}
export interface NumberField extends FieldBase {
    readonly kind: 'number';
    readonly default: number;
    readonly presets?: Partial<Record<PresetName, number>>;
    readonly min: number;
    readonly max: number;
    readonly whole?: boolean;
}
export interface ChoiceField<Choice extends string = string> extends FieldBase {
    readonly kind: 'choice';
    readonly default: Choice;
    readonly presets?: Partial<Record<PresetName, Choice>>;
    readonly choices: readonly Choice[];
}
interface TextField extends FieldBase {
    readonly kind: 'text';
    readonly default: string;
    readonly presets?: Partial<Record<PresetName, string>>;
}
export type Field = NumberField | ChoiceField | TextField;

export const everyJob: readonly Job[] = ['pretrain', 'learn', 'tell', 'evaluate'];
export const writingJobs: readonly Job[] = ['learn', 'tell', 'evaluate'];
export const ratingJobs: readonly Job[] = ['learn', 'evaluate', 'rescore'];
export const pretrain: readonly Job[] = ['pretrain'];
export const learn: readonly Job[] = ['learn'];

export const number = (field: Omit<NumberField, 'kind'>): NumberField => ({ kind: 'number', ...field });
export const whole = (field: Omit<NumberField, 'kind' | 'whole'>): NumberField => ({
    kind: 'number',
    whole: true,
    ...field,
});
export const choice = <const Choice extends string>(field: Omit<ChoiceField<Choice>, 'kind'>): ChoiceField<Choice> => ({
    kind: 'choice',
    ...field,
});
export const text = (field: Omit<TextField, 'kind'>): TextField => ({ kind: 'text', ...field });

export const million = 1_000_000;
export const trl = 'TRL 0.9.4';
export const published = 'arXiv 2509.15714';
