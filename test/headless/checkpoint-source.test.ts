/** What `--from` means where a run and a folder have one name. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { composeConfig } from '../../src/shared/run/config.ts';
import { configVersion } from '../../src/shared/run/stored-config.ts';
import { findCheckpoint, learnedPrompt } from '../../src/main/service/sources/checkpoint-source.ts';
import { createRunFolder } from '../../src/main/store/home/run-folder.ts';
import { openWorkshop } from '../../src/main/store/home/workshop.ts';
import { temporaryHome } from './command-line.ts';

it('is the run, when the folder holds no checkpoint', () => {
    const workshop = openWorkshop(temporaryHome());
    const config = { version: configVersion, preset: 'quick', values: composeConfig('quick', {}) } as const;
    expect(existsSync('src')).toBe(true);
    expect(() => findCheckpoint(workshop, 'src', 0)).toThrow('"src" is neither a checkpoint');
    createRunFolder(workshop.home, { name: 'src', kind: 'learn', config }, () => 0);
    expect(() => findCheckpoint(workshop, 'src', 0)).toThrow('The run "src" has no checkpoint yet');
});

it('continues the prompt of the run it comes from', () => {
    const { home } = openWorkshop(temporaryHome());
    const values = composeConfig('quick', { 'rollout.prompt': 'Deep in the woods' });
    const config = { version: configVersion, preset: 'quick', values } as const;
    const { checkpoints } = createRunFolder(home, { name: 'woods', kind: 'learn', config }, () => 0);
    expect(learnedPrompt(join(checkpoints, 'final'))).toBe('Deep in the woods');
    expect(learnedPrompt(join('resources', 'students', 'tales-3m'))).toBeNull();
});
