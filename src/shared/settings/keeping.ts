/** How often a run is kept, and how it is computed. */
import { choice, everyJob, learn, million, pretrain, published, whole, type Field } from './field.ts';

export const keeping = {
    'record.resumeEvery': whole({
        default: 1,
        min: 1,
        max: million,
        unit: 'updates',
        means: 'how often the resume state is written; between two, a crash costs time but never results',
        jobs: learn,
    }),
    'record.resumeSteps': whole({
        default: 200,
        min: 1,
        max: million,
        unit: 'steps',
        means: 'how often pretraining writes its resume state',
        jobs: pretrain,
    }),
    'record.resumeSeconds': whole({
        default: 0,
        min: 0,
        max: 86_400,
        unit: 'seconds',
        means: 'how long the last resume state must be old before another is written in the background: what a crash then costs at most; a pause writes one at once (0: nothing waits on the processor, 300 seconds on a GPU)',
        jobs: ['pretrain', 'learn'],
    }),
    'record.checkpointWords': whole({
        default: 100_000,
        min: 1,
        max: 1e12,
        unit: 'input words',
        means: 'interactive learning keeps a checkpoint each time this many words are spent; after the tenth, every second time',
        source: published,
        jobs: learn,
    }),

    'runtime.kind': choice({
        default: 'auto',
        choices: ['auto', 'native', 'official', 'webgpu', 'cuda'],
        unit: '',
        means: 'what computes: the processor (native, through onnxruntime’s C API; official, through its Node binding) or a GPU (webgpu, cuda). auto: a new run takes CUDA where it is set up and passes the device check, else the processor; a resumed run stays where it began; previews, as of tell, stay on the processor. An earlier version ran by CUDA on one H100, this one on no GPU',
        jobs: everyJob,
    }),
    'runtime.threads': whole({
        default: 0,
        min: 0,
        max: 256,
        unit: 'threads',
        means: 'threads of the arithmetic (0: as many as the machine offers)',
        jobs: everyJob,
    }),
    'runtime.precision': choice({
        default: 'auto',
        choices: ['auto', 'float32', 'tf32', 'bf16'],
        presets: { paper: 'float32' },
        unit: '',
        means: 'how precisely CUDA computes: float32 as the processor does; tf32 rounds what products multiply; bf16 products and activations too, never weights, norms, losses or log-probabilities (auto: tf32 on a GPU that is faster in it, as A100 and H100, else float32)',
        jobs: everyJob,
    }),
    'runtime.microBatch': whole({
        default: 0,
        min: 0,
        max: 4096,
        unit: 'sequences',
        means: 'sequences in memory at once (0: chosen from the student’s size, on CUDA from the GPU’s memory); never changes the mathematics',
        jobs: ['pretrain', 'learn'],
    }),
} as const satisfies Record<string, Field>;
