import { randomFrom } from '../../demo/random.ts';

export const retailHeader =
  'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country';

/** A file with every kind of dirt, `invoices` invoices long, the same for the same number. */
export function dirtyRetailFile(invoices: number): string {
  const random = randomFrom('dirty retail');
  const rows = Array.from({ length: invoices }, (_, i) => invoice(i)).flat();
  // The first invoice goes on at the end of the file.
  return [retailHeader, ...rows, `500000,P99,LATE LAMP,1,2011-01-01 09:01:00,9.99,10000.0,France`].join('\n');

  function invoice(i: number): string[] {
    const cancelled = random.chance(0.1);
    const number = `${cancelled ? 'C' : ''}${500_000 + i}`;
    const at = new Date(Date.UTC(2011, 0, 1, 9, i * 7)).toISOString().slice(0, 19).replace('T', ' ');
    const customer = random.pick(['10000.0', '10001.0', '10002', '', '']);
    const country = random.pick(['France', 'United Kingdom']);
    const line = (code: string, description: string, quantity: number, price: string) =>
      [number, code, description, quantity, at, price, customer, country].join(',');
    const sold = Array.from({ length: random.int(1, 6) }, (_, n) => {
      const code = `P${random.int(1, 60)}`;
      const description = random.pick([`LAMP ${code}`, ` lamp  ${code} `.toUpperCase(), '', 'damages']);
      const quantity = random.int(1, 9) * (cancelled ? -1 : 1);
      return line(
        random.chance(0.1) ? code.toLowerCase() : code,
        description,
        quantity,
        `${n + 1}.${random.int(0, 99)}`,
      );
    });
    return [
      ...sold,
      ...(random.chance(0.2) ? sold.slice(0, 1) : []),
      ...(random.chance(0.2) ? [line('POST', 'POSTAGE', 1, '18.0')] : []),
      ...(random.chance(0.1) ? [line('P1', '?', 5, '0.0')] : []),
      ...(random.chance(0.1) ? [line('P2', 'thrown away', -5, '0.0')] : []),
      ...(random.chance(0.1) ? [line('PADS', 'PADS', 1, '0.001')] : []),
    ];
  }
}
