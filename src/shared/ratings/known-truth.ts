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

const share = z.object({ mean: z.number(), low: z.number(), high: z.number() });

/** One rater on twins that differ in one defect. Intervals: Wilson, 95 %, over pairs. */
export const defectFoundSchema = z.object({
    defect: z.enum(plantedDefectIds as [PlantedDefect, ...PlantedDefect[]]),
    /** Pairs of which both stories could be rated. */
    pairs: z.number(),
    /** The share in which the sound twin gets more; ties count half. Null without a pair. */
    preferred: share.nullable(),
    ties: z.number(),
    /** The share of planted stories below the threshold; null where there is none. */
    sensitivity: share.nullable(),
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
    defects: z.array(defectFoundSchema),
    unreadable: z.number(),
});
export type DefectFound = Readonly<z.infer<typeof defectFoundSchema>>;
export type TruthFound = Readonly<z.infer<typeof truthFoundSchema>>;

/** Pairs that a check rates unless somebody says otherwise. */
export const usualPairs = 40;
