import type { Schema } from '@apollo/federation-internals';

/** A supergraph needs something of its router that this one does not do. */
export class UnsupportedFeature extends Error {
  override name = 'UnsupportedFeature';
}

/** What subgraph authors mean by each feature that the engine does not enforce. */
const unenforced: Readonly<Record<string, string>> = {
  authenticated: '@authenticated, which protects fields',
  requiresScopes: '@requiresScopes, which protects fields',
  policy: '@policy, which protects fields',
  cost: '@cost and @listSize, which limit what operations may cost',
  connect: '@connect, which calls REST services',
};

const identity = 'https://specs.apollo.dev/';

/**
 * Looks features up by identity: a subgraph may have imported their directives under other names.
 * @throws UnsupportedFeature naming every feature that the supergraph uses and the engine would ignore.
 */
export function refuseUnenforced({ coreFeatures }: Schema): void {
  const found = Object.keys(unenforced).filter((name) => coreFeatures?.getByIdentity(identity + name));
  if (found.length === 0) return;
  throw new UnsupportedFeature(
    `The supergraph uses ${found.map((name) => unenforced[name]).join('; ')}. ` +
      'This router would ignore it, so it does not load the supergraph.',
  );
}
