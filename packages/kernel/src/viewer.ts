import { AppError } from './errors.ts';

/** Who asks. People have TypeIDs (`user_…`); services are `service:<name>` and come from our own programs only. */
export type Viewer = {
  id: string;
  scopes: ReadonlySet<string>;
};

/** What every subgraph context carries; null for anonymous requests. */
export type WithViewer = { viewer: Viewer | null };

/** @throws UNAUTHENTICATED when nobody is signed in. */
export function requireViewer({ viewer }: WithViewer): Viewer {
  if (!viewer) throw new AppError('UNAUTHENTICATED', 'Sign in first: send an `Authorization: Bearer` token');
  return viewer;
}

/** @throws UNAUTHENTICATED or FORBIDDEN unless the viewer holds `scope`. */
export function requireScope(context: WithViewer, scope: string): Viewer {
  const viewer = requireViewer(context);
  if (!viewer.scopes.has(scope))
    throw new AppError('FORBIDDEN', `This needs the scope \`${scope}\``, { requires: scope });
  return viewer;
}

export const hasScope = (viewer: Viewer | null, scope: string): boolean => viewer?.scopes.has(scope) ?? false;
