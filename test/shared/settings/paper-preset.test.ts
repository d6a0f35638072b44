/** The preset `paper` alone does not repeat the paper: another teacher is named in a line. */
import { expect, it } from 'vitest';
import { notThePaper } from '../../../src/shared/settings/paper.ts';

it('says that a run with the paper’s settings and a teacher of ours is not the paper', () => {
    expect(notThePaper('paper', 'rules')).toMatch(/^With rules as its teacher this is not the paper’s experiment/u);
    expect(notThePaper('paper', 'random')).toMatch(/^With random /u);
    expect(notThePaper('paper', 'rules + length')).toMatch(/^With rules and length /u);
});

it('says nothing of a language model, nor of presets that do not claim it', () => {
    for (const teacher of ['Llama-3.1-8B.gguf', 'server#llama', 'http://127.0.0.1:8000/v1'])
        expect(notThePaper('paper', teacher)).toBeNull();
    for (const preset of ['quick', 'improved'] as const) expect(notThePaper(preset, 'rules')).toBeNull();
});
