/** Degrees (WGS 84): latitude from -90 to 90, longitude from -180 to 180. */
export type Point = { latitude: number; longitude: number };

/** The mean radius of the earth by the IUGG. The database's `haversine` uses the same. */
export const earthRadiusMeters = 6_371_008.8;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/**
 * As the crow flies, in metres, on a sphere (the haversine formula): at most 0.6 % off the ellipsoid, and exact enough
 * for neighbours where the law of cosines loses its digits.
 */
export function distanceMeters(a: Point, b: Point): number {
  const latitudes = Math.sin(radians(b.latitude - a.latitude) / 2) ** 2;
  const longitudes = Math.sin(radians(b.longitude - a.longitude) / 2) ** 2;
  const h = latitudes + Math.cos(radians(a.latitude)) * Math.cos(radians(b.latitude)) * longitudes;
  // Rounding can bring antipodes above 1, of which there is no arc sine.
  return 2 * earthRadiusMeters * Math.asin(Math.sqrt(Math.min(1, h)));
}
