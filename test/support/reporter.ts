/** Ends a test run with one line that any machine can read: `N passed, N failed, N skipped`. */
import type { Reporter, TestModule } from 'vitest/node';

export default class ClosingLine implements Reporter {
    onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
        const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
        for (const module of modules) {
            let tests = 0;
            for (const test of module.children.allTests()) {
                tests++;
                const state = test.result().state;
                if (state === 'passed' || state === 'failed' || state === 'skipped') counts[state]++;
                else counts.failed++;
            }
            if (tests === 0 || (module.state() === 'failed' && module.errors().length > 0)) counts.failed++;
        }
        process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
    }
}
