import { userUpdated } from '@meridian/contracts/users';
import { type Once, once } from '@meridian/kernel/idempotency';
import { publish } from '@meridian/kernel/outbox';
import { unknownEntity } from '@meridian/kernel/user-errors';
import type { Viewer } from '@meridian/kernel/viewer';
import type { Context } from '../context.ts';
import type { UpdateProfileInput } from '../generated/graphql.ts';
import { lockUser } from './lock-user.ts';
import type { UserOutcome } from './user.outcome.ts';
import { tidyName, whyNotAvatar, whyNotName } from './user.rules.ts';

/** People change how others see and reach them, told as `user.updated.v1`. */
export async function updateProfile(
  { db, rows }: Pick<Context, 'db' | 'rows'>,
  viewer: Viewer,
  { idempotencyKey, ...given }: UpdateProfileInput,
): Promise<Once<Omit<UserOutcome, 'replayed'>>> {
  const wanted = profileOf(given);
  const input = { ...wanted, idempotencyKey };
  const outcome = await db.$transaction((tx) =>
    once(tx, viewer, { operation: 'updateProfile', input }, async () => {
      const user = await lockUser(tx, viewer.id);
      if (!user) return { userErrors: [unknownEntity(`There is no user ${viewer.id}`)] };
      const userErrors = [
        wanted.displayName === undefined ? null : whyNotName(wanted.displayName),
        wanted.avatarUrl ? whyNotAvatar(wanted.avatarUrl) : null,
      ].filter((because) => because !== null);
      if (userErrors.length > 0) return { userErrors };

      const changed = (['displayName', 'avatarUrl', 'phone'] as const).filter(
        (field) => wanted[field] !== undefined && wanted[field] !== user[field],
      );
      if (changed.length > 0) {
        await tx.user.update({ where: { id: user.id }, data: wanted });
        await publish(tx, userUpdated.of(user.id, { userId: user.id, changed }));
      }
      return { userId: user.id, userErrors: [] };
    }),
  );
  await rows.users.invalidate([viewer.id]);
  return outcome;
}

type Profile = { displayName?: string; avatarUrl?: string | null; phone?: string | null };

/** What the input asks for: a field left out stays, null clears; a name cannot be cleared. */
const profileOf = ({
  displayName,
  avatarUrl,
  phone,
}: Omit<UpdateProfileInput, 'idempotencyKey'>): Profile => ({
  ...(displayName != null && { displayName: tidyName(displayName) }),
  // The scalar makes a URL object of what came in.
  ...(avatarUrl !== undefined && { avatarUrl: avatarUrl === null ? null : String(avatarUrl) }),
  ...(phone !== undefined && { phone }),
});
