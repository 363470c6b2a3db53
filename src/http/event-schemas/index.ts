// What the package gives as `holdfast/events`: the types of events and their JSON Schemas.

export {
  EVENT_TYPES,
  type EventType,
  eventSchema,
  eventSchemaId,
  eventSchemas,
  type JsonSchema,
} from './event-schema.ts';
