/**
 * The environment of tests of `renderer/state`: modules compiled for a page, with the few globals of it that they use.
 */
import type { Environment } from 'vitest/runtime';

/** What stands in for `window`, with the app's end of the pipe at `post`. */
class FakeWindow extends EventTarget {
    readonly storyloop = {
        post: (_message: unknown): void => undefined,
        listeners: new Set<(message: unknown) => void>(),
        onMessage(listen: (message: unknown) => void): () => void {
            this.listeners.add(listen);
            return () => void this.listeners.delete(listen);
        },
    };
}

export default {
    name: 'page',
    viteEnvironment: 'client',
    setup(global: Record<string, unknown>) {
        const window = new FakeWindow();
        let hash = '';
        const location = {
            get hash(): string {
                return hash;
            },
            set hash(next: string) {
                hash = next;
                window.dispatchEvent(new Event('hashchange'));
            },
            pathname: '/',
        };
        const history = { replaceState: (_state: unknown, _title: string, address: string) => (hash = address) };
        const document = {
            hidden: false,
            visibilityState: 'visible',
            documentElement: { dataset: {} },
            querySelector: (): unknown => null,
        };
        const all = { window, location, history, document };
        Object.assign(global, all);
        return { teardown: () => Object.keys(all).forEach((name) => Reflect.deleteProperty(global, name)) };
    },
} satisfies Environment;
