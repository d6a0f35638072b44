/** The backend as a process of its own under Electron's shell: its pages and its engines are on the shell's side. */
import type { FromBackend, ToBackend } from '../../../shared/shell-contract.ts';
import { openBackend, type Connection } from './backend.ts';
import { shellHost } from './shell-host.ts';

interface ParentPort {
    postMessage(message: unknown): void;
    on(event: 'message', receive: (event: { data: unknown }) => void): void;
}

const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort; // Electron's utilityProcess
const send = (message: FromBackend): void => {
    if (parentPort) parentPort.postMessage(message);
    else if (process.connected) process.send?.(message);
};
const host = shellHost(send);
const backend = openBackend(host, Date.now, (purpose) => host.choosePath(purpose));
const pages = new Map<number, Connection>();

function receive(message: ToBackend): void {
    switch (message.to) {
        case 'page-opened': {
            const { page } = message;
            pages.set(
                page,
                backend.connect((each) => send({ from: 'page-message', page, message: each })),
            );
            break;
        }
        case 'page-message':
            void pages.get(message.page)?.receive(message.message);
            break;
        case 'page-closed':
            pages.get(message.page)?.close();
            pages.delete(message.page);
            break;
        case 'child-message':
        case 'child-gone':
        case 'path-chosen':
            host.receive(message);
            break;
        case 'close':
            void backend.close().then(() => process.exit(0));
            break;
        default:
            message satisfies never;
    }
}

if (parentPort)
    parentPort.on('message', ({ data }) => receive(data as ToBackend)); // the shell is of the same build
else {
    process.on('message', (message) => receive(message as ToBackend));
    process.on('disconnect', () => process.exit(0)); // the shell is gone, and our engines with it
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {}); // the shell hears it and tells us
}
