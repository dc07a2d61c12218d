/** An amount in minor units of an ISO 4217 currency: 1999 EUR is €19.99, 1999 JPY is ¥1,999. Never a float. */
export type Money = { amountMinor: bigint; currency: string };

export const money = (amountMinor: bigint, currency: string): Money => ({ amountMinor, currency });

const formats = new Map<string, Intl.NumberFormat>();

/** As a person of that locale writes it. @throws RangeError for a locale that is no BCP 47 tag. */
export function formatMoney({ amountMinor, currency }: Money, locale: string): string {
  const key = `${locale} ${currency}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locale, { style: 'currency', currency });
    formats.set(key, format);
  }
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(decimalOf(amountMinor, digits));
}

/** Exact decimal text, which `Intl` formats without going through a float. */
function decimalOf(amountMinor: bigint, digits: number): Intl.StringNumericLiteral {
  const sign = amountMinor < 0n ? '-' : '';
  const text = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(digits + 1, '0');
  const whole = text.slice(0, text.length - digits);
  return `${sign}${whole}${digits ? `.${text.slice(-digits)}` : ''}` as Intl.StringNumericLiteral;
}
