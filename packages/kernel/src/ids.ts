import { createHash } from 'node:crypto';
import { TypeID, typeid } from 'typeid-js';

/** A new TypeID, such as `order_01h455vb4pex5vsknk084sn02q`: sortable by time, typed, opaque. */
export const newId = (prefix: string): string => typeid(prefix).toString();

/** The prefix of a well-formed TypeID; null for anything else. */
export function typeOfId(id: string): string | null {
  try {
    return TypeID.fromString(id).getType() || null;
  } catch {
    return null;
  }
}

/** The TypeID that stands for `name` always and everywhere (RFC 9562 version 8): what makes imports repeatable. */
export function idFromName(prefix: string, name: string): string {
  const bytes = createHash('sha256').update(`${prefix}\n${name}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return TypeID.fromUUIDBytes(prefix, bytes).toString();
}
