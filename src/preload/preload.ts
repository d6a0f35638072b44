/** The one pipe between the page and the app: typed messages, no channel names, no Electron objects. */
import { contextBridge, ipcRenderer } from 'electron';

contextBridge.exposeInMainWorld('storyloop', {
    post: (message: unknown): void => ipcRenderer.send('message', message),
    onMessage: (listen: (message: unknown) => void): (() => void) => {
        const relay = (_event: unknown, message: unknown): void => listen(message);
        ipcRenderer.on('message', relay);
        return () => void ipcRenderer.removeListener('message', relay);
    },
});
