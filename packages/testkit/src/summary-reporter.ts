import type { Reporter, TestModule } from 'vitest/node';

type Counts = { passed: number; failed: number; skipped: number };

/** Prints `N passed, N failed` (and `, N skipped`) over all projects, as the last line of the run. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    console.log(summaryLine(modules.map(countTests), unhandledErrors.length));
  }
}

/** A file that cannot be loaded, or whose hooks fail, counts as one failure beside those of its tests. */
export function countTests(module: Pick<TestModule, 'children' | 'errors'>): Counts {
  const states = [...module.children.allTests()].map((test) => test.result().state);
  const count = (state: string) => states.filter((each) => each === state).length;
  const skipped = count('skipped') + count('pending');
  const hooks = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length;
  const broken = module.errors().length > 0 ? 1 : 0;
  return { passed: count('passed'), failed: count('failed') + hooks + broken, skipped };
}

export function summaryLine(counts: readonly Counts[], unhandledErrors: number): string {
  const sum = (of: keyof Counts) => counts.reduce((total, each) => total + each[of], 0);
  const skipped = sum('skipped');
  return `${sum('passed')} passed, ${sum('failed') + unhandledErrors} failed${skipped ? `, ${skipped} skipped` : ''}`;
}
