/** Stories of which it is known which one is sound: what can be planted, and how a rater did on it. */
import { z } from 'zod';

/** Each is planted alone. What it is, as "a sound story gets more than its twin …". */
export const plantedDefects = {
    'entity-swapped': 'in which somebody has what somebody else was given',
    'thing-changed': 'in which a thing turns into another',
    'order-broken': 'in which something happens before it can',
    'pronoun-alone': 'with a pronoun that stands for nobody',
    'dead-return': 'in which somebody dead comes back',
    'prompt-ignored': 'that is about something else than its prompt',
    'cut-off': 'that stops in the middle of a sentence',
    repeated: 'in which a sentence comes twice',
} as const satisfies Readonly<Record<string, string>>;
export type PlantedDefect = keyof typeof plantedDefects;
export const plantedDefectIds = Object.keys(plantedDefects) as readonly PlantedDefect[];

/** Edits that leave a story sound: what a rater makes of them is what it makes of a changed surface. */
export const harmlessEdits = {
    renamed: 'in which somebody bears another name throughout',
    reworded: 'in which a sentence says the same in other words',
    'pronoun-right': 'with a pronoun in place of a name',
    'sentence-more': 'with a sentence more that changes nothing',
} as const satisfies Readonly<Record<string, string>>;
export type HarmlessEdit = keyof typeof harmlessEdits;
export const harmlessEditIds = Object.keys(harmlessEdits) as readonly HarmlessEdit[];
export type Edit = PlantedDefect | HarmlessEdit;
export const editIds: readonly Edit[] = [...plantedDefectIds, ...harmlessEditIds];

const share = z.object({ mean: z.number(), low: z.number(), high: z.number() });

/** One rater on twins that differ in one edit. Intervals: Wilson, 95 %, over pairs. */
export const editFoundSchema = z.object({
    edit: z.enum(editIds as [Edit, ...Edit[]]),
    /** Pairs of which both stories could be rated. */
    pairs: z.number(),
    /** The share in which the sound twin gets more; ties count half. Null without a pair. */
    preferred: share.nullable(),
    ties: z.number(),
    /** The share of edited stories below the threshold; null where there is none. */
    below: share.nullable(),
});

export const truthFoundSchema = z.object({
    rater: z.string(),
    /** Of what the threshold is a score: the best total. */
    most: z.number(),
    /** Below it a story counts as faulty; null where too few sound stories were rated to set one. */
    threshold: z.number().nullable(),
    /** Whether a person set it; else four of five sound stories of the other half reach it. */
    isGiven: z.boolean(),
    /** The share of sound stories that reach the threshold. */
    specificity: share.nullable(),
    /** The planted defects. */
    defects: z.array(editFoundSchema),
    /** The harmless edits, as a control: whoever sees defects alone does not mind these. */
    controls: z.array(editFoundSchema),
    /** All harmless edits together, a pair counted once however many of its twins were rated. */
    harmless: editFoundSchema.omit({ edit: true }),
    unreadable: z.number(),
});
export type EditFound = Readonly<z.infer<typeof editFoundSchema>>;
export type TruthFound = Readonly<z.infer<typeof truthFoundSchema>>;

/** Pairs that a check rates unless somebody says otherwise. */
export const usualPairs = 40;
