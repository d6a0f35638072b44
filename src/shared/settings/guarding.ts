/** The guard: pairs of sentences that tell what becomes of a student's grammar while it reads or learns. */
import { learn, million, pretrain, text, whole, type Field } from './field.ts';

export const guarding = {
    'guard.battery': text({
        default: 'own',
        presets: { paper: 'off' },
        unit: '',
        means: 'pairs of sentences by which grammar is watched during learning, and in pretraining before it and at every kept checkpoint: Storyloop’s own, a folder of pairs in the format of BLiMP or Zorro, or off; never changes what is learned',
        jobs: [...pretrain, ...learn],
    }),
    'guard.every': whole({
        default: 5,
        min: 1,
        max: million,
        unit: 'updates',
        means: 'how often the guard reads its pairs, besides before and after learning and at every kept checkpoint',
        jobs: learn,
    }),
} as const satisfies Record<string, Field>;
