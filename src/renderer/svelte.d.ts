declare module '*.svelte' {
    import type { Component } from 'svelte';
    const component: Component;
    export { component as default };
}
