// The floor: what the HTTP server of the router costs when the answer is known and nothing is asked.
import Fastify from 'fastify';

const [port] = process.argv.slice(2);
const server = Fastify();
const answer = JSON.stringify({ data: { orders: [] } });
server.post('/graphql', (_request, reply) => reply.type('application/json; charset=utf-8').send(answer));
await server.listen({ port: Number(port), host: '127.0.0.1' });
