/** How the student writes stories. */
import { choice, learn, number, published, text, whole, writingJobs, type Field } from './field.ts';

export const writing = {
    'rollout.prompt': text({
        default: 'Let me tell you a long, magical tale. Once upon a time, in a faraway land,',
        presets: { quick: 'Once upon a time' },
        unit: '',
        means: 'what every story continues',
        source: published,
        jobs: writingJobs,
    }),
    'rollout.maxNewTokens': whole({
        default: 90,
        min: 1,
        max: 4000,
        unit: 'tokens',
        means: 'longest story',
        source: published,
        jobs: writingJobs,
    }),
    'rollout.temperature': number({
        default: 1,
        presets: { quick: 0.8 },
        min: 0.05,
        max: 5,
        unit: '',
        means: 'sampling temperature; other than 1 it becomes part of the policy, so learning stays on-policy',
        jobs: writingJobs,
    }),
    'rollout.dropout': choice({
        default: 'off',
        choices: ['off', 'paper'],
        presets: { paper: 'paper' },
        unit: '',
        means: 'dropout of 0.1 while writing, from the second update on (quirk R1)',
        source: published,
        jobs: learn,
    }),
} as const satisfies Record<string, Field>;
