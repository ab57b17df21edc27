/* The live view's entry. */
import { entryOf } from './held.js';
import { LiveView } from './view.js';

export default entryOf('.gan-live', LiveView);
