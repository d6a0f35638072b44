/** The menu: what a system expects of every window. Everything else is in the page. */
import { Menu, type MenuItemConstructorOptions } from 'electron';

export function setMenu(): void {
    const isMac = process.platform === 'darwin';
    const menu: MenuItemConstructorOptions[] = [
        ...(isMac ? [{ role: 'appMenu' } as const] : []),
        { role: 'fileMenu' },
        { role: 'editMenu' },
        {
            label: 'View',
            submenu: [
                { role: 'resetZoom' },
                { role: 'zoomIn' },
                { role: 'zoomOut' },
                { type: 'separator' },
                { role: 'togglefullscreen' },
            ],
        },
        { role: 'windowMenu' },
    ];
    Menu.setApplicationMenu(Menu.buildFromTemplate(menu));
}
