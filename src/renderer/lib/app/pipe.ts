/** The connection to the app: Electron's bridge, or the web socket of `serve`. Messages are objects either way. */
import { socketProtocol, tokenPath } from '../../../shared/page-policy.ts';
import { bearing, currentToken, forgetGiven, keepToken } from './token.ts';
import type { AppMessage, AppRequest } from '../../../shared/contracts/app.ts';

export interface Pipe {
    send(message: AppRequest): void;
}
export interface PipeEnds {
    message(message: AppMessage): void;
    /**
     * Open: requests get through. Closed: requests without an answer may be lost. Shut out: the server answers 401,
     * because it was restarted with a new token.
     */
    state(state: PipeState): void;
}
export type PipeState = 'open' | 'closed' | 'shut out';
interface ElectronPipe {
    post(message: unknown): void;
    onMessage(listen: (message: unknown) => void): () => void;
}
declare global {
    interface Window {
        readonly storyloop?: ElectronPipe;
    }
}

const firstPatienceMs = 250;
const longestPatienceMs = 5000;

export function openPipe(ends: PipeEnds): Pipe {
    return window.storyloop ? electronPipe(window.storyloop, ends) : socketPipe(ends);
}

function electronPipe(bridge: ElectronPipe, ends: PipeEnds): Pipe {
    bridge.onMessage((message) => ends.message(message as AppMessage)); // its own process checks these
    queueMicrotask(() => ends.state('open'));
    return { send: (message) => bridge.post(message) };
}

/** Opens again, more and more patiently, whenever the other side goes away. */
function socketPipe(ends: PipeEnds): Pipe {
    let patienceMs = firstPatienceMs;
    let isOpen = false;
    let socket: WebSocket;
    const open = (): void => {
        const token = currentToken(); // asked for each time: another tab may have been given a new one
        const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/messages`;
        socket = new WebSocket(address, [socketProtocol, token || 'none']);
        socket.onopen = () => {
            patienceMs = firstPatienceMs;
            isOpen = true;
            keepToken(token);
            ends.state('open');
        };
        socket.onmessage = ({ data }) => ends.message(JSON.parse(String(data)) as AppMessage);
        socket.onclose = () => {
            if (isOpen) ends.state('closed');
            isOpen = false;
            void isShutOut(token).then((isOut) => {
                if (!isOpen) ends.state(isOut ? 'shut out' : 'closed');
                if (isOut) forgetGiven();
            });
            setTimeout(open, patienceMs);
            patienceMs = Math.min(2 * patienceMs, longestPatienceMs);
        };
    };
    open();
    return {
        send: (message) => {
            if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
        },
    };
}

/** A web socket that was refused does not say why; a plain question does. */
function isShutOut(token: string): Promise<boolean> {
    return fetch(tokenPath, { headers: bearing(token) }).then(
        ({ status }) => status === 401,
        () => false, // nobody is there
    );
}
