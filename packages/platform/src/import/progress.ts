/** Tells a person how far a long step is: a bar on a terminal, else a line every few seconds. */
export type Progress = {
  /** Begins a step of `total` units; the step before it has ended. */
  start(label: string, total: number, unit: 'bytes' | 'rows'): void;
  /** Units done so far. */
  reach(done: number): void;
  /** Ends the last step and leaves the cursor on a line of its own. */
  end(): void;
};

type Terminal = { write(text: string): unknown; isTTY?: boolean; columns?: number };

export function createProgress(out: Terminal, now: () => number = () => performance.now()): Progress {
  const redrawMs = out.isTTY ? 100 : 3_000;
  let step: { label: string; total: number; unit: string; done: number } | null = null;
  let drawnAt = 0;

  const draw = () => {
    if (!step) return;
    drawnAt = now();
    const { label, total, unit, done } = step;
    const share = total > 0 ? Math.min(1, done / total) : 1;
    const figures = `${Math.floor(share * 100)} % of ${total.toLocaleString('en')} ${unit}`;
    out.write(
      out.isTTY
        ? `\r\u001B[K${label.padEnd(9)}${bar(share, (out.columns || 80) - 45)} ${figures}`
        : `${label}: ${figures}\n`,
    );
  };
  const finish = () => {
    if (step && out.isTTY) {
      draw();
      out.write('\n');
    }
    step = null;
  };
  return {
    start: (label, total, unit) => {
      finish();
      step = { label, total, unit, done: 0 };
      draw();
    },
    reach: (done) => {
      if (!step) return;
      step.done = done;
      if (now() - drawnAt >= redrawMs) draw();
    },
    end: finish,
  };
}

function bar(share: number, room: number): string {
  const width = Math.max(10, Math.min(40, room));
  const full = Math.round(share * width);
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`;
}
