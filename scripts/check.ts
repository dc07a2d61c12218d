import { lint, typeCheck } from './steps.ts';

/** `npm run check`: types and lint. */
typeCheck();
lint();
