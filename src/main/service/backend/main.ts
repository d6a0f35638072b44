/** The backend as a process under Electron's shell, through which it reaches its pages and starts its engines. */
import type { FromBackend, ToBackend } from '../../../shared/contracts/shell.ts';
import { openParentPipe } from '../../processes/parent-pipe.ts';
import { describeFault, faultOf } from '../../../shared/faults.ts';
import { openBackend, type Backend, type Connection } from './backend.ts';
import { shellHost } from './shell-host.ts';

// Without the shell there are no pages, and the engines that it started have ended with it.
const pipe = openParentPipe(
    (message) => receive(message as ToBackend),
    () => process.exit(0),
); // the shell is of the same build
const send = (message: FromBackend): void => pipe.send(message);
const host = shellHost(send);
const backend = openOrSay();
const pages = new Map<number, Connection>();

// an error in the work for a page must not end the engines at work
process.on('uncaughtException', (error) => backend.trouble.note(error, 'nobody was waiting'));

/** Opens the backend; where that fails, the shell is told, which shows it in its window. */
function openOrSay(): Backend {
    try {
        return openBackend(
            host,
            Date.now,
            (purpose) => host.choosePath(purpose),
            () => host.printPage(),
        );
    } catch (error) {
        send({ from: 'refused', sentence: describeFault(faultOf(error), 'window') });
        throw error;
    }
}

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
        case 'answered':
            host.receive(message);
            break;
        case 'close':
            void backend.close().then(() => process.exit(0));
            break;
        default:
            message satisfies never;
    }
}
