import process from 'node:process';

/** For Prisma's own commands (`npx prisma …` in this folder). Migrations need the login of an administrator. */
const url = new URL(
  process.env['ORDERS_DATABASE_URL'] || process.env['DATABASE_URL'] || 'postgresql://127.0.0.1:5432/meridian',
);
url.searchParams.set('schema', 'orders');

export default {
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: url.href },
};
