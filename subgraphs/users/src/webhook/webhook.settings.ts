import { z } from 'zod';
import type { WebhookPolicy } from './endpoint.rules.ts';

/** The settings of webhooks, for the process of users and for the whole platform. */
export const webhookSettings = {
  WEBHOOK_SECRET_KEY: z.string().min(32, 'needs 32 characters or more').optional(),
  WEBHOOK_ALLOW_HTTP: z.stringbool().default(false),
  WEBHOOK_ALLOW_PRIVATE: z.stringbool().default(false),
};

export type WebhookSettings = z.infer<z.ZodObject<typeof webhookSettings>>;

export type WebhookOptions = WebhookPolicy & {
  /** Encrypts the endpoints' secrets; null for a key made from the viewer secret. */
  secretKey: string | null;
};

/** The options that these settings say. */
export const webhookOptions = (settings: WebhookSettings): WebhookOptions => ({
  secretKey: settings.WEBHOOK_SECRET_KEY ?? null,
  allowHttp: settings.WEBHOOK_ALLOW_HTTP,
  allowPrivate: settings.WEBHOOK_ALLOW_PRIVATE,
});
