import { buildASTSchema, type GraphQLSchema, parse, printSchema } from 'graphql';

/** What the planner makes of a supergraph and a router needs that does not plan: the schema that clients see, as text. */
export type ServedSchema = { apiSdl: string };

/** To be sent from a thread that has loaded the supergraph. */
export const servedSchema = (apiSchema: GraphQLSchema): ServedSchema => ({ apiSdl: printSchema(apiSchema) });

/** The schema again. It came from a valid one, and nobody asks where in its text anything stood. */
export const schemaOf = ({ apiSdl }: ServedSchema): GraphQLSchema =>
  buildASTSchema(parse(apiSdl, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
