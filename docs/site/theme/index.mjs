// Extends VitePress' own theme with space for wide tables.
import theme from 'vitepress/theme';
import './style.css';

export default theme;
