/** A run whose engine cannot even be started is given back, with the reason noted. */
import { expect, it, onTestFinished, vi } from 'vitest';
import { composeConfig } from '../../src/shared/run/config.ts';
import { openWorkbench } from '../../src/main/service/workbench.ts';
import { temporaryHome } from './command-line.ts';

it('is failed, not busy', () => {
    vi.stubEnv('STORYLOOP_HOME', temporaryHome());
    onTestFinished(() => {
        vi.unstubAllEnvs();
    });
    const workbench = openWorkbench({
        start() {
            throw new Error('no more processes');
        },
    });
    const asked = { preset: 'quick', config: composeConfig('quick', {}) } as const;
    expect(() => workbench.pretrain({ ...asked, name: 'never', corpus: 'storyworld' })).toThrow('no more processes');
    expect(workbench.runs()).toMatchObject([{ summary: { state: 'failed', holder: null } }]);
    expect(() => workbench.resume('never')).toThrow('no more processes'); // not: another process is working on it
});
