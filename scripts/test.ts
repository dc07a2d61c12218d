import { compose, lint, test, typeCheck } from './steps.ts';

/** `npm test`: everything that must hold. Arguments go to vitest: `npm test -- --project unit`. */
typeCheck();
lint();
compose();
test(process.argv.slice(2));
