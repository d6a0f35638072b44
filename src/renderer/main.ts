import { mount } from 'svelte';
import App from './app.svelte';
import './styles/fonts.css';
import './styles/tokens.css';
import './styles/base.css';

void Promise.allSettled([...document.fonts].map((face) => face.load())); // a canvas does not wait for its font
mount(App, { target: document.getElementById('app')! });
