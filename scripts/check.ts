import { generate, lint, typeCheck } from './steps.ts';

/** `npm run check`: types and lint. */
generate();
typeCheck();
lint();
