type ResolverMap = Readonly<Record<string, object | undefined>>;

/** Resolvers of several features in one map. The fields of a type may be spread over features; none is given twice. */
export function mergeResolvers<Resolvers extends object>(...features: Resolvers[]): Record<string, object> {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const feature of features as ResolverMap[]) {
    for (const [type, fields] of Object.entries(feature)) {
      const known = merged[type] ?? {};
      for (const field of Object.keys(fields ?? {}))
        if (field in known) throw new Error(`${type}.${field} has two resolvers`);
      merged[type] = { ...known, ...fields };
    }
  }
  return merged;
}
